"""The fuse of a campaign: it blows when too many of its messages cannot be rendered.

Counted are messages prepared for their first try in the last hour, each as rendered or failed, or
the latest 40 where an hour has fewer. Past 5 % of at least 40 the campaign pauses itself: its
template is wrong, and each failure is a user who gets nothing.
"""

from msgspec import Struct

PREPARED_MIN = 40
FAILED_PERCENT_MAX = 5
WINDOW_MINUTES = 60
_MINUTE_MS = 60_000


class Fuse(Struct, frozen=True):
    """What was prepared of late, as (minute, prepared, failed), the oldest first."""

    minutes: tuple[tuple[int, int, int], ...] = ()

    def count(self, now_ms: int, *, failed: bool) -> "Fuse":
        """Return the fuse with one more message counted; what is too old is forgotten."""
        return self.add(now_ms, prepared=1, failed=int(failed))

    def add(self, now_ms: int, *, prepared: int, failed: int) -> "Fuse":
        """Return the fuse with so many messages more, of which so many failed."""
        minute = now_ms // _MINUTE_MS
        kept = self.minutes
        if kept and kept[-1][0] == minute:
            _, before, failed_before = kept[-1]
            kept, prepared, failed = kept[:-1], before + prepared, failed_before + failed
        kept = (*kept, (minute, prepared, failed))
        left = sum(prepared for _, prepared, _ in kept)
        first = 0
        for at, prepared, _ in kept:
            left -= prepared
            if at > minute - WINDOW_MINUTES or left < PREPARED_MIN:
                break
            first += 1
        return Fuse(kept[first:])

    @property
    def prepared(self) -> int:
        """How many messages were prepared."""
        return sum(prepared for _, prepared, _ in self.minutes)

    @property
    def failed(self) -> int:
        """How many of them could not be rendered."""
        return sum(failed for _, _, failed in self.minutes)

    def blown(self) -> bool:
        """Tell whether too many failed."""
        many = self.prepared >= PREPARED_MIN
        return many and self.failed * 100 > FAILED_PERCENT_MAX * self.prepared
