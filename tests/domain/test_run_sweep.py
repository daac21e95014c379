"""Runs and each user's own time around every clock change, against a walk over the minutes.

The walk knows of a zone only its offsets before and after a change. The law: a wall time is the
first minute at which that wall shows it or a later one; none is left out and none comes twice.
"""

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate, islice
from pathlib import Path

import pytest

from domain.campaign import When
from domain.facts import User
from domain.personal import UserZone, due_ms
from domain.recurrence import WEEKDAYS, EveryDays, EveryMonths, EveryWeeks, Nth, Repeat
from domain.schedule import runs
from tests.domain.clock_changes import MINUTE_MS, Change, clock_changes, every_change

DAY = 1_440
AROUND = 3 * DAY
"""So many minutes before and after a change are walked."""
HOURS = range(0, DAY, 60)
ODD = (-61, -30, -1, 0, 1, 30, 61)
"""Minutes before and after what the wall shows at the change."""


class Walk:
    """The minutes around one change, and what the wall had shown at the latest by each."""

    def __init__(self, change: Change) -> None:
        at = change.at_ms // MINUTE_MS
        self._first = at - AROUND
        walls = (
            t + (change.before if t < at else change.after) for t in range(at - AROUND, at + AROUND)
        )
        self._peaks = list(accumulate(walls, max))
        self.day = (at + change.after) // DAY
        """The day on the wall on which the change is, since 1970."""
        self.changing = (at + change.after) % DAY

    def due_ms(self, day: int, minute: int) -> int:
        """Return the first minute at which the wall shows this time of the day, or a later one."""
        return (self._first + bisect_left(self._peaks, day * DAY + minute)) * MINUTE_MS


def minutes_of(changing: int, every: Sequence[int]) -> list[int]:
    return sorted({*every, *((changing + extra) % DAY for extra in ODD)})


def wrong_for_users(changes: Sequence[Change], every: Sequence[int]) -> Iterator[object]:
    for change in changes:
        walk, user = Walk(change), User("u", 1, zone=change.zone)
        for minute in minutes_of(walk.changing, every):
            for day in range(walk.day - 1, walk.day + 2):
                wall = wall_of(day, minute)
                due = due_ms(UserZone(), wall, user, begins_ms=0, account_zone="UTC")
                if due != walk.due_ms(day, minute):
                    yield change, wall, due
                begins, later = walk.due_ms(day, minute) + 1, UserZone(past="next_day")
                due = due_ms(later, wall, user, begins_ms=begins, account_zone="UTC")
                if due != next_after(walk, day, minute, begins):
                    yield change, wall, due, "the next day"


def next_after(walk: Walk, day: int, minute: int, begins_ms: int) -> int:
    found = (walk.due_ms(day + n, minute) for n in range(1, 3))
    return next(at for at in found if at >= begins_ms)


def wrong_for_runs(changes: Sequence[Change], every: Sequence[int]) -> Iterator[object]:
    for n, change in enumerate(changes):
        walk = Walk(change)
        for minute in minutes_of(walk.changing, every):
            repeat, days = rules_at(walk.day)[(n + minute // 60) % RULES]
            start = wall_of(days[0], minute)
            when = When(start=f"{start:%Y-%m-%dT%H:%M}", zone=change.zone, repeat=repeat)
            expected = [walk.due_ms(day, minute) for day in days]
            before_ms = (days[0] - 1) * DAY * MINUTE_MS
            found = runs(when, published_ms=before_ms, account_zone="UTC")
            if [slot.due_ms for slot in islice(found, len(days))] != expected:
                yield change, when
            after_ms = expected[-1]
            (later,) = islice(
                runs(when, published_ms=before_ms, account_zone="UTC", after_ms=after_ms), 1
            )
            if later.due_ms <= after_ms:
                yield change, when, "twice"


RULES = 5


def rules_at(day: int) -> list[tuple[Repeat, list[int]]]:
    """Return rules that have runs on the day of a change, and their days around it."""
    on = date(1970, 1, 1) + timedelta(days=day)
    name = WEEKDAYS[on.weekday()]
    week = "last" if (on + timedelta(days=7)).month != on.month else None
    nth = Nth(week or ("first", "second", "third", "fourth")[(on.day - 1) // 7], name)  # type: ignore[arg-type]
    return [
        (EveryDays(), [day - 1, day, day + 1]),
        (EveryDays(2), [day - 2, day, day + 2]),
        (EveryWeeks((name,)), [day]),  # type: ignore[arg-type]
        (EveryMonths(days=(on.day,)), [day]),
        (EveryMonths(nth=(nth,)), [day]),
    ]


def wall_of(day: int, minute: int) -> datetime:
    return datetime.combine(date(1970, 1, 1) + timedelta(days=day), time(*divmod(minute, 60)))


def test_a_user_is_due_once_at_the_first_minute_that_shows_the_time() -> None:
    assert list(wrong_for_users(clock_changes(), HOURS)) == []


def test_no_run_of_a_rule_is_left_out_or_comes_twice() -> None:
    assert list(wrong_for_runs(clock_changes(), HOURS)) == []


@pytest.mark.skipif("CLARION_SWEEP" not in os.environ, reason="make sweep: it takes minutes")
def test_over_every_change_of_every_zone_by_its_own_name_and_every_ten_minutes_too() -> None:
    assert list(wrong_for_users(every_change(), range(0, DAY, 10))) == []
    assert list(wrong_for_runs(every_change(), range(0, DAY, 10))) == []


def test_the_size_of_the_sweep_stands_in_the_docs() -> None:
    docs = Path(__file__).parents[2] / "docs/explanation/time.md"
    told = " ".join(docs.read_text().split())
    assert (
        f"{len(clock_changes()):,} changes of the clock x 24 hours of start and up to {len(ODD)}"
        " odd minutes x 3 days"
    ) in told
    assert f"all {len(every_change()):,} changes and every ten minutes of the day" in told
    minutes = sum(
        len(minutes_of((change.at_ms // MINUTE_MS + change.after) % DAY, range(0, DAY, 10)))
        for change in every_change()
    )
    users = minutes * 3 * 2  # on three days; dropped, or on the next one
    runs_asked = minutes * 2  # those of the rule, and the one after them
    assert f"{users:,} questions for users and {runs_asked:,} for repetitions" in told
