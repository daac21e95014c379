"""What happens to one message, and which of it breaks a promise."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Response, Rotten
from tests.simulation.made import (
    BEGINNING,
    DIED,
    HOUR,
    LIVE,
    NOON,
    SECOND,
    A,
    B,
    act,
    blast,
    broken,
    posted,
    request,
    taken,
    to,
)

ONE_ID = {
    "two ids for one event": (
        {"P1"},
        [*BEGINNING, *taken(NOON + 9, 1, A), *taken(NOON + 99, 2, B)],
    ),
    "two ids for an event that was posted twice": (
        {"P11"},
        [
            *BEGINNING,
            posted(NOON + 3 * SECOND, "e1"),
            *taken(NOON + 4 * SECOND, 1, A),
            *taken(NOON + 5 * SECOND, 2, B),
        ],
    ),
    "two ids for two events": (
        set[str](),
        [*BEGINNING, posted(NOON + 2 * SECOND, "e2"), *taken(NOON + 9 * SECOND, 1, A, B)],
    ),
    "two ids in one run": (
        {"P1"},
        [*blast(), *taken(NOON, 1, to("ann", "m1")), *taken(NOON, 2, to("ann", "m2"))],
    ),
    "an event of a pause that drops": (
        {"P8"},
        [
            *BEGINNING[:-1],
            *act(NOON + 2 * SECOND, 2, "pause", "Live"),
            posted(NOON + HOUR, "e1"),
            *act(NOON + 2 * HOUR, 3, "resume", "Live"),
            *taken(NOON + 3 * HOUR, 1, A),
        ],
    ),
    "one id for two users": (
        {"P1"},
        [*blast(), *taken(NOON, 1, to("ann", "m1"), to("bob", "m1"))],
    ),
}
AGAIN = [
    Daemon(NOON + 13 * SECOND, 2, "started"),
    *taken(NOON + 15 * SECOND, 2, A, daemon=2),
]
ONCE = {
    "again after it was accepted": (
        {"P2"},
        [*BEGINNING, *taken(NOON + 3 * SECOND, 1, A), *taken(NOON + 9 * SECOND, 2, A)],
    ),
    "again after it was accepted, long before a crash": (
        {"P2"},
        [*BEGINNING, *taken(NOON + 3 * SECOND, 1, A), DIED, *AGAIN],
    ),
    "again after a crash that came with the answer": (
        set[str](),
        [*BEGINNING, *taken(NOON + 11_970, 1, A), DIED, *AGAIN],
    ),
    "again after a crash before the answer": (
        set[str](),
        [*BEGINNING, request(NOON + 3 * SECOND, 1, A), DIED, *AGAIN],
    ),
    "again after a server in trouble": (
        set[str](),
        [
            *BEGINNING,
            request(NOON + 3 * SECOND, 1, A),
            Response(NOON + 4 * SECOND, 1, 503),
            *taken(NOON + 9 * SECOND, 2, A),
        ],
    ),
}


def tried_again(after_ms: int, **first: object) -> list[Entry]:
    """A message whose first try nobody answered, and its second."""
    begun = replace(request(NOON + 3 * SECOND, 1, A), **first)
    answered = Response(NOON + 13 * SECOND, 1, 0)
    return [*BEGINNING, begun, answered, *taken(NOON + 3 * SECOND + after_ms, 2, A)]


HOLDS = [replace(e, on_ambiguous="hold") if e is LIVE else e for e in tried_again(HOUR)]
AMBIGUOUS = {
    "19.9 hours after a try that may have arrived": (set[str](), tried_again(19 * HOUR)),
    "20.1 hours after it": ({"P3"}, tried_again(20 * HOUR + 360 * SECOND)),
    "20.1 hours after a try that was refused": (
        set[str](),
        tried_again(20 * HOUR + 360 * SECOND, fault="refuse"),
    ),
    "at once, although the campaign holds": ({"P3"}, HOLDS),
    "after it has expired": ({"expiry", "P3"}, tried_again(73 * HOUR)),
}
CAPS = {
    "as many as the cap": (
        set[str](),
        [*blast(cap_per_run=2), *taken(NOON, 1, to("ann", "m1"), to("bob", "m2"))],
    ),
    "the same two again": (
        set[str](),
        [
            *blast(cap_total=2),
            request(NOON, 1, to("ann", "m1"), to("bob", "m2")),
            Response(NOON + 1, 1, 500),
            *taken(NOON + SECOND, 2, to("ann", "m1"), to("bob", "m2")),
        ],
    ),
    "one more than the cap": (
        {"P5"},
        [*blast(cap_total=1), *taken(NOON, 1, to("ann", "m1"), to("bob", "m2"))],
    ),
    "one more than the run's cap": (
        {"P5"},
        [*blast(cap_per_run=1), *taken(NOON, 1, to("ann", "m1"), to("bob", "m2"))],
    ),
    "one more than the day's cap": (
        {"P5"},
        [
            replace(e, cap_per_day=1) if e is LIVE else e
            for e in [*BEGINNING, posted(NOON + 2 * SECOND, "e2"), *taken(NOON + HOUR, 1, A, B)]
        ],
    ),
    "over the safety limit": (
        {"safety"},
        [*blast(safety_limit=2), *taken(NOON + 9, 1, to("ann", "m1"))],
    ),
    "at the safety limit, since one more cannot be read": (
        set[str](),
        [
            *blast(safety_limit=2),
            Rotten(NOON + 5, "traits", "cyd"),
            *taken(NOON + 9, 1, to("ann", "m1")),
        ],
    ),
    "over the safety limit, after an answer": (
        set[str](),
        [
            *blast(safety_limit=2),
            *act(NOON + 20, 2, "sample", "Blast"),
            *taken(NOON + 99, 1, to("ann", "m1")),
        ],
    ),
}


CASES = ONE_ID | ONCE | AMBIGUOUS | CAPS


@pytest.mark.parametrize("case", CASES)
def test_a_message_has_one_id_and_goes_once_within_its_bounds(case: str) -> None:
    expected, entries = CASES[case]
    assert broken(entries) == expected
