"""What the books say, and what of it cannot be."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Books, Ended, Entry, Response
from tests.simulation.made import (
    BEGINNING,
    HOUR,
    LAST,
    NOON,
    REST,
    SECOND,
    A,
    blast,
    books,
    broken,
    ended,
    posted,
    request,
    taken,
    to,
)


def at_rest(shown: Books, *ends: Ended, sends: bool = True) -> list[Entry]:
    return [*BEGINNING, *(taken(NOON + 3 * SECOND, 1, A) if sends else ()), REST, shown, *ends]


GOOD_BOOKS = books(LAST, qualified=1, sent=1)
BOOKS = {
    "a message that is nowhere": ({"P4", "P27"}, at_rest(GOOD_BOOKS)),
    "a message with two ends": ({"P4"}, at_rest(GOOD_BOOKS, ended("m1"), ended("m1"))),
    "a message that is open": (
        {"P4"},
        at_rest(books(LAST, qualified=1, pending=1), ended("m1", "pending")),
    ),
    "a message that waits in a pause": (
        set[str](),
        at_rest(books(LAST, state="paused", qualified=1, pending=1), ended("m1", "pending")),
    ),
    "cancelled, but Segment has it": (
        {"P4"},
        at_rest(replace(GOOD_BOOKS, sent=0, skipped={"stopped": 1}), ended("m1", "cancelled")),
    ),
    "dead, but Segment never refused it": (
        {"P4"},
        at_rest(replace(GOOD_BOOKS, sent=0, skipped={"dead": 1}), ended("m1", "dead")),
    ),
    "unknown, and Segment has it": (
        set[str](),
        at_rest(replace(GOOD_BOOKS, sent=0, skipped={"unknown": 1}), ended("m1", "unknown")),
    ),
    "accepted, but Segment never got it": (
        {"P4"},
        [
            *BEGINNING,
            request(NOON + 3 * SECOND, 1, A),
            Response(NOON + 4 * SECOND, 1, 200),
            REST,
            GOOD_BOOKS,
            ended("m1"),
        ],
    ),
    "books with a gap": ({"P27"}, [*BEGINNING, books(NOON + HOUR, qualified=2, sent=1)]),
    "more sent than was on the wire": (
        {"P27"},
        [*BEGINNING, books(NOON + HOUR, qualified=1, sent=1)],
    ),
    "more sent than ended accepted": (
        {"P27"},
        at_rest(GOOD_BOOKS, ended("m1", "unknown")),
    ),
    "a message to a user in control": (
        {"P27"},
        at_rest(books(LAST, qualified=1, control=1), ended("m1", "unknown")),
    ),
    "a lost event": ({"P10"}, at_rest(books(LAST), sends=False)),
    "an event that nobody accepted": (
        set[str](),
        [*BEGINNING[:-1], posted(NOON + 2 * SECOND, "e1", status=503), REST, books(LAST)],
    ),
    "an event that counted twice": (
        {"P11"},
        [*BEGINNING, posted(NOON + 9 * SECOND, "e1"), REST, books(LAST, qualified=2, control=2)],
    ),
    "more events than there were": (
        {"P10"},
        at_rest(books(LAST, qualified=2, control=2), sends=False),
    ),
    "a run that never ends": (
        {"P4"},
        [*blast(), REST, books(LAST, campaign="Blast", qualified=3, control=3)],
    ),
    "a run that left users out": (
        {"P10"},
        [
            *blast(),
            *taken(NOON, 1, to("ann", "m1")),
            REST,
            books(LAST, campaign="Blast", state="completed", qualified=1, sent=1),
            ended("m1", campaign="Blast"),
        ],
    ),
}
CASES = BOOKS


@pytest.mark.parametrize("case", CASES)
def test_the_books_balance_and_lose_nothing(case: str) -> None:
    expected, entries = CASES[case]
    assert broken(entries) == expected
