"""What people were told, and which request breaks it."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Answered, Asked, Daemon, Suppressed
from tests.simulation.made import (
    BEGINNING,
    DIED,
    HOUR,
    LIVE,
    NOON,
    SECOND,
    A,
    act,
    blast,
    books,
    broken,
    posted,
    request,
    taken,
    to,
)

PAUSED = [*BEGINNING, *act(NOON + 4 * SECOND, 2, "pause", "Live", wire=1)]
STOPPED = [*BEGINNING, *act(NOON + 4 * SECOND, 2, "stop", "Live")]
QUIET = {
    "after a pause": (
        {"P8"},
        [*BEGINNING, *act(NOON + 4 * SECOND, 2, "pause", "Live"), *taken(NOON + 5 * SECOND, 1, A)],
    ),
    "what was on the wire": (set[str](), [*PAUSED, *taken(NOON + 5 * SECOND, 1, A)]),
    "long after the pause": ({"P8"}, [*PAUSED, *taken(NOON + 50 * SECOND, 1, A)]),
    "after a refused pause": (
        set[str](),
        [
            *BEGINNING,
            *act(NOON + 4 * SECOND, 2, "pause", "Live", ok=False),
            *taken(NOON + 5 * SECOND, 1, A),
        ],
    ),
    "after a resume": (
        set[str](),
        [*PAUSED, *act(NOON + 5 * SECOND, 3, "resume", "Live"), *taken(NOON + HOUR, 1, A)],
    ),
    "after a pause and a resume that were asked for at once": (
        set[str](),
        [
            *BEGINNING,
            Asked(NOON + 4 * SECOND, 2, "resume", "Live", "bo"),
            Asked(NOON + 4 * SECOND, 3, "pause", "Live", "bo"),
            Answered(NOON + 5 * SECOND, 3, ok=True),
            Answered(NOON + 5 * SECOND, 2, ok=True),
            *taken(NOON + HOUR, 1, A),
        ],
    ),
    "after a crash in a pause": (
        {"P8"},
        [
            *PAUSED,
            DIED,
            Daemon(NOON + 13 * SECOND, 2, "started"),
            *taken(NOON + HOUR, 1, A, daemon=2),
        ],
    ),
    "after a stop and a resume": (
        {"P9"},
        [*STOPPED, *act(NOON + 5 * SECOND, 3, "resume", "Live"), *taken(NOON + HOUR, 1, A)],
    ),
    "after a pause of everything": (
        {"P8"},
        [*BEGINNING, *act(NOON + 4 * SECOND, 2, "pause", ""), *taken(NOON + HOUR, 1, A)],
    ),
    "a suppressed user": (
        {"P23"},
        [*BEGINNING, Suppressed(NOON + 3 * SECOND, "ann"), *taken(NOON + 4 * SECOND, 1, A)],
    ),
    "a suppressed user's message on the wire": (
        set[str](),
        [
            *BEGINNING,
            Suppressed(NOON + 3 * SECOND, "ann", on_the_wire=1),
            *taken(NOON + 4 * SECOND, 1, A),
        ],
    ),
    "a suppressed user's second message": (
        {"P23"},
        [
            *BEGINNING,
            request(NOON + 2 * SECOND, 1, A),
            Suppressed(NOON + 3 * SECOND, "ann", on_the_wire=1),
            *taken(NOON + 4 * SECOND, 2, A),
        ],
    ),
    "an erased user after a restore": (
        {"P23"},
        [
            *BEGINNING,
            Suppressed(NOON + 3 * SECOND, "ann", erased=True),
            Daemon(NOON + HOUR, 2, "restored"),
            posted(NOON + 2 * HOUR, "e2"),
            *taken(NOON + 2 * HOUR, 1, A, daemon=2),
        ],
    ),
}
SECOND_ONE = Daemon(NOON + 3 * SECOND, 2, "started")
TWO = {
    "the first daemon goes on": (
        {"P14"},
        [
            *blast(),
            SECOND_ONE,
            *(e for n in range(5) for e in taken(NOON + n * 9_000, n, to("ann", "m1"))[:1]),
        ],
    ),
    "what it had begun": (
        set[str](),
        [*blast(), SECOND_ONE, request(NOON + 4 * SECOND, 1, to("ann", "m1"))],
    ),
    "a fenced daemon sends": (
        {"P14"},
        [*BEGINNING, Daemon(NOON + 3 * SECOND, 1, "fenced"), request(NOON + 4 * SECOND, 1, A)],
    ),
}


CASES = QUIET | TWO


@pytest.mark.parametrize("case", CASES)
def test_what_people_were_told_holds_and_one_daemon_sends(case: str) -> None:
    expected, entries = CASES[case]
    assert broken(entries) == expected


def test_what_is_to_be_held_in_a_pause_is_not_dropped() -> None:
    for mode, wrong in (("hold", True), ("drop", False)):
        told = replace(books(NOON + HOUR, qualified=1), skipped={"paused_dropped": 1})
        assert ("pause" in broken([replace(LIVE, on_pause=mode), told])) is wrong
