"""When something is too much, and when it is well again: two marks, so that it never flaps."""

from msgspec import Struct


class Watermark(Struct, frozen=True):
    """Too much from `high` on, until it has fallen to `low`. Both in the unit of the value."""

    high: float
    low: float

    def over(self, value: float, *, was_over: bool) -> bool:
        """Tell whether it is too much now, after it was or was not before."""
        return value > self.low if was_over else value >= self.high


def retry_seconds(severity: float, *, least: int, most: int) -> int:
    """Return when a sender may come again: the worse (1: just at the mark), the later."""
    return max(least, min(round(least * severity), most))
