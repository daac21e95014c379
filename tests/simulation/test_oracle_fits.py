"""Whether a user fits an audience is known by the history, or it is said that it is not."""

import pytest
from msgspec.structs import replace

from tests.simulation.asks import (
    Ask,
    AtLeast,
    BeganTo,
    DidIt,
    Either,
    Every,
    Listed,
    Named,
    NeverDid,
    OfGroup,
    Other,
    parts,
)
from tests.simulation.history import Entry, Happened, Posted
from tests.simulation.made import DAY, HOUR, NOON, user
from tests.simulation.oracle_fits import truth
from tests.simulation.oracle_ledger import Ledger

LATER = NOON + 3 * DAY
A, B = OfGroup("a"), OfGroup("b")


def did(at_ms: int, name: str = "Paid", n: int = 1, *, late: int = 0) -> Entry:
    happened = Happened(f"{at_ms} {late}", "ann", name, at_ms - late, n=n, sent_ms=at_ms)
    return Posted(at_ms, (happened,), 200)


def fits(ask: Ask, *entries: Entry, first_ms: int = LATER) -> bool | None:
    ann = replace(user("ann"), n=3)
    return truth(Ledger([ann, *entries]), ask, "ann", first_ms, first_ms + HOUR)


@pytest.mark.parametrize(
    ("ask", "wanted"),
    [
        (A, True),
        (B, False),
        (AtLeast(3), True),
        (AtLeast(4), False),
        (Every((A, B)), False),
        (Either((B, A)), True),
        (Either((B, B)), False),
        (Other(B), True),
        (Other(Every((A, AtLeast(3)))), False),
        (Listed("Guests", ("ann",)), True),
        (Listed("Guests", ("bob",)), False),
        (Named("Known", B), False),
        (NeverDid("Paid"), True),
        (DidIt("Paid"), False),
        (BeganTo("Paid", 7), False),
    ],
)
def test_a_tree_is_asked_from_the_inside(ask: Ask, *, wanted: bool) -> None:
    assert fits(ask) is wanted


@pytest.mark.parametrize(
    ("ask", "wanted"),
    [
        (DidIt("Paid"), True),
        (DidIt("Paid", 1), False),
        (DidIt("Paid", 2, 2), True),
        (DidIt("Paid", 2, 2, 5), False),
        (DidIt("Paid", 2, 1, 5), True),
        (NeverDid("Paid", 1), True),
        (NeverDid("Paid", 2), False),
        (BeganTo("Paid", 2), True),
        (BeganTo("Paid", 1), False),
    ],
)
def test_events_are_counted_by_whole_days(ask: Ask, *, wanted: bool) -> None:
    two_days_before = LATER - 2 * DAY
    events = did(two_days_before, n=5), did(two_days_before + HOUR, n=1)
    assert fits(ask, *events) is wanted


def test_what_comes_within_the_span_is_not_certain() -> None:
    during = did(LATER + HOUR // 2)
    assert fits(DidIt("Paid"), during) is None
    assert fits(NeverDid("Paid"), during) is None
    assert fits(BeganTo("Paid", 7), during) is None
    assert fits(Every((B, DidIt("Paid"))), during) is False
    assert fits(Either((A, DidIt("Paid"))), during) is True


def test_the_first_time_is_that_of_the_earliest_however_late_it_came() -> None:
    again, old = did(LATER - DAY), did(LATER - DAY + HOUR, late=10 * DAY)
    assert fits(BeganTo("Paid", 2), again) is True
    assert fits(BeganTo("Paid", 2), again, old) is False


def test_a_user_who_has_just_come_is_not_certain() -> None:
    assert fits(A, first_ms=NOON) is None


def test_the_parts_of_a_tree_come_from_the_inside() -> None:
    named = Named("Known", Other(A))
    assert list(parts(Every((named, B)))) == [A, Other(A), named, B, Every((named, B))]
    assert list(parts(None)) == []
