"""A campaign's do-not-disturb as the table of the week that `domain.dnd` asks."""

from functools import lru_cache

from domain import dnd
from domain.campaign import DoNotDisturb
from domain.recurrence import WEEKDAYS


@lru_cache(maxsize=1_024)
def table(quiet: DoNotDisturb) -> tuple[dnd.Window, ...]:
    """Return its windows; those of no day named begin on every day."""
    return tuple(
        dnd.Window(start=each.start, end=each.end, days=_numbers(each.days))
        for each in quiet.windows
    )


def ends_after(quiet: DoNotDisturb | None, now_ms: int, zone: str) -> int | None:
    """Return when the user may be messaged again; None: it is no do-not-disturb time."""
    return None if quiet is None else dnd.ends_after(table(quiet), now_ms, zone)


def _numbers(days: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(WEEKDAYS.index(day) + 1 for day in days) or dnd.DAYS
