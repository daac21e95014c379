"""What a backup that came back does again, and what it may."""

import pytest

from tests.simulation.history import Daemon
from tests.simulation.made import (
    BEGINNING,
    HOUR,
    NOON,
    SECOND,
    A,
    act,
    blast,
    broken,
    posted,
    request,
    taken,
    to,
)

RESTORED = Daemon(NOON + HOUR, 2, "restored")
CASES = {
    "what was accepted": (
        {"P26"},
        [
            *BEGINNING,
            *taken(NOON + 3 * SECOND, 1, A),
            RESTORED,
            *taken(NOON + 2 * HOUR, 2, A, daemon=2),
        ],
    ),
    "what was open": (
        {"P26"},
        [
            *BEGINNING,
            request(NOON + 3 * SECOND, 1, A),
            RESTORED,
            *taken(NOON + 2 * HOUR, 2, A, daemon=2),
        ],
    ),
    "what waited and was never tried": (
        {"P26"},
        [*BEGINNING, RESTORED, *taken(NOON + 2 * HOUR, 1, A, daemon=2)],
    ),
    "an event that is posted again": (
        set[str](),
        [
            *BEGINNING,
            *taken(NOON + 3 * SECOND, 1, A),
            RESTORED,
            posted(NOON + 2 * HOUR, "e1"),
            *taken(NOON + 2 * HOUR, 2, A, daemon=2),
        ],
    ),
    "a run that was due before": (
        {"P26"},
        [*blast(), RESTORED, *taken(NOON + 2 * HOUR, 1, to("ann", "m1"), daemon=2)],
    ),
    "a run whose time had not come": (
        set[str](),
        [
            *blast(start_ms=NOON + 2 * HOUR),
            RESTORED,
            *taken(NOON + 2 * HOUR, 1, to("ann", "m1"), daemon=2),
        ],
    ),
    "a run that a person publishes anew": (
        set[str](),
        [
            *blast(),
            RESTORED,
            *act(NOON + HOUR, 9, "publish", "Blast"),
            *taken(NOON + 2 * HOUR, 1, to("ann", "m1"), daemon=2),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_restore_does_nothing_again(case: str) -> None:
    expected, entries = CASES[case]
    assert broken(entries) == expected
