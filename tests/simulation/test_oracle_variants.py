"""Which variants break the rule, in made histories and in lives."""

import sqlite3
from itertools import cycle
from typing import Any

import pytest
from msgspec.structs import replace

from domain.books import Books
from store import books, variants
from tests.simulation import season
from tests.simulation.history import Entry, Response, Sent
from tests.simulation.kinds import Calendar, Test
from tests.simulation.life import judged, live
from tests.simulation.made import (
    HOUR,
    LAST,
    NOON,
    REST,
    blast,
    broken,
    ended,
    posted,
    ran,
    request,
    taken,
    to,
)
from tests.simulation.made import books as shown_books
from tests.simulation.made import (
    of_run as message_of,
)
from tests.simulation.plan import Plan
from tests.simulation.shown import Share
from tests.simulation.trouble import MINUTE


def split(seed: int) -> Plan:
    """Return a life in which every campaign has two variants."""
    plan = season.life(seed)
    return replace(plan, campaigns=tuple(replace(one, split=40) for one in plan.campaigns))


@pytest.mark.parametrize("seed", [4, 18, 20, 24])
def test_every_promise_holds_in_a_life_with_variants(seed: int) -> None:
    plan = split(seed)
    lived = live(plan)
    assert judged(plan, lived) == []


def test_variants_that_take_turns_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who comes twice would get another content the second time."""
    turns = cycle("AB")
    monkeypatch.setattr("actors.judging.assign", lambda *_: next(turns))
    plan = split(4)
    assert "variant" in {each.promise for each in judged(plan, live(plan))}


def test_a_variant_that_there_is_not_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.judging.assign", lambda *_: "C")
    plan = split(4)
    assert "variant" in {each.promise for each in judged(plan, live(plan))}


def test_the_books_by_variant_add_up_to_the_books_at_every_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P27 with variants: whoever was sent, skipped after that, or waits, has one of them."""
    looked: list[tuple[int, int]] = []

    def compared(conn: sqlite3.Connection, campaign: str) -> dict[str, Books]:
        found = real(conn, campaign)
        for run, of_run in found.items():
            each = variants.of_run(conn, campaign, run)
            looked.append((sum(v.sent for v in each), sum(v.pending for v in each)))
            assert looked[-1] == (of_run.sent, of_run.pending), (campaign, run)
        return found

    real = books.of_campaign
    monkeypatch.setattr(books, "of_campaign", compared)
    for seed in (4, 14):
        plan = split(seed)
        assert judged(plan, live(plan)) == []
    assert max(sent for sent, _ in looked) > 0


RUN = "2026-03-20T13:00[UTC]"
DUE = NOON + HOUR
TWO = Calendar(dates=("2026-03-20T13:00",))
TEST = Test(percent=50, wait_minutes=60)


def of_test(*entries: Entry, shares: tuple[Share, ...] = (), **plan: Any) -> list[Entry]:
    """A run for ann and bob, one of whom is tested first; `shares` are what is shown of it."""
    known, asked = blast(calendar=TWO, test=TEST, goal="Paid", **plan), REST
    row = replace(ran(RUN, DUE), qualified=3, sent=sum(each.sent for each in shares))
    ends = [
        replace(ended(name, campaign="Blast"), run=RUN)
        for e in entries
        for name in getattr(e, "accepted", ())
    ]
    told = shown_books(LAST, "Blast", "completed", qualified=3, sent=len(ends))
    told = replace(told, skipped={"x": 3 - len(ends)})
    return [*known, *entries, asked, told, replace(row, variants=shares), *ends]


def sent_as(variant: str, who: str, message_id: str) -> Sent:
    return replace(message_of(who, message_id, RUN), variant=variant)


def share(name: str, sent: int, *, winner: bool = False) -> Share:
    return Share(name, sent, 0, 0, winner)


FIRST = taken(DUE, 1, sent_as("A", "ann", "m1"))
THEN = taken(DUE + HOUR + MINUTE, 2, sent_as("B", "bob", "m2"))
WON_B = (share("A", 1), share("B", 1, winner=True))


def test_a_test_and_then_its_winner_is_right() -> None:
    goal = posted(DUE + HOUR // 2, "e1", "ann")
    won = (share("A", 2, winner=True),)
    more = taken(DUE + HOUR + MINUTE, 2, sent_as("A", "bob", "m2"))
    assert "variant" not in broken(of_test(*FIRST, goal, *more, shares=won))


def test_more_than_are_tested_before_the_winner_is_seen() -> None:
    early = [
        *FIRST,
        *taken(DUE + 1, 3, sent_as("B", "bob", "m2")),
        *taken(DUE + 2, 4, sent_as("A", "cyd", "m3")),
    ]
    assert "variant" in broken(of_test(*early, shares=(share("A", 2), share("B", 1))))


def test_a_winner_by_which_nobody_reached_the_goal_is_seen() -> None:
    assert "variant" in broken(of_test(*FIRST, *THEN, shares=WON_B))


def test_two_winners_and_too_many_beside_one_are_seen() -> None:
    two = (share("A", 1, winner=True), share("B", 1, winner=True))
    assert "variant" in broken(of_test(*FIRST, *THEN, shares=two))
    beside = (share("A", 0, winner=True), replace(share("B", 0), pending=3))
    assert "variant" in broken(of_test(shares=beside))


def test_books_by_variant_that_are_not_what_was_sent_are_seen() -> None:
    wrong = (share("A", 2, winner=True),)
    assert "P27" in broken(of_test(*FIRST, *THEN, shares=wrong))


def test_a_message_that_changes_its_variant_is_seen() -> None:
    lost = [
        replace(e, status=0, success=False) if isinstance(e, Response) else e for e in FIRST[:1]
    ]
    again = taken(DUE + MINUTE, 2, sent_as("B", "ann", "m1"))
    assert "variant" in broken(of_test(*lost, *again))


def test_a_property_decides_for_whom_it_is_known() -> None:
    plan = {"by_group": True, "test": None}
    known = blast(**plan)
    right = request(NOON + HOUR, 1, replace(to("ann", "m1"), variant="A"))
    assert "variant" not in broken([*known, right])
    assert "variant" in broken(
        [*known, replace(right, messages=(replace(right.messages[0], variant="B"),))]
    )
