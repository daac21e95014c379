"""Whose events count for a goal, and what of that cannot be."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Entry, Goals
from tests.simulation.made import (
    GOOD,
    HOUR,
    LAST,
    LIVE,
    MINUTE,
    NOON,
    SECOND,
    broken,
    posted,
)

AIMED = replace(LIVE, goal="Paid", window_minutes=60)
SENT_MS = NOON + 3 * SECOND


def life(*more: Entry, **counts: int) -> list[Entry]:
    """A life with one message to ann at noon, whose goal is an hour long."""
    entries = [AIMED if one is LIVE else one for one in GOOD]
    none = dict.fromkeys(
        ("users", "converted", "conversions", "control_users", "control_conversions"), 0
    )
    goals = Goals(LAST, "Live", **{**none, "users": 1, **counts})
    at = next(i for i, one in enumerate(entries) if one.at_ms == LAST)
    return [*entries[:at], *more, *entries[at:], goals]


IN_TIME = posted(SENT_MS + 10 * MINUTE, "p1")
TOO_LATE = posted(SENT_MS + 30 * HOUR, "p1")
EXPECTED = {
    "nothing happened": (set[str](), life()),
    "an event in time": (set[str](), life(IN_TIME, converted=1, conversions=1)),
    "an event in time that is not counted": ({"P28"}, life(IN_TIME)),
    "an event after the window": (set[str](), life(TOO_LATE)),
    "an event after the window that is counted": (
        {"P28"},
        life(TOO_LATE, converted=1, conversions=1),
    ),
    "a conversion without any event": ({"P28"}, life(converted=1, conversions=1)),
    "more users than got a message": ({"P28"}, life(users=2)),
    "fewer users than got a message": ({"P28"}, life(users=0)),
    "more users converted than events did it": (
        {"P28"},
        life(IN_TIME, converted=2, conversions=1),
    ),
}


@pytest.mark.parametrize("case", EXPECTED)
def test_events_count_within_the_window_and_users_once(case: str) -> None:
    expected, entries = EXPECTED[case]
    assert broken(entries) & {"P28"} == expected
