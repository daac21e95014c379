"""Which variants break the rule, in made histories and in lives."""

import sqlite3
from itertools import cycle

import pytest
from msgspec.structs import replace

from domain.books import Books
from store import books, variants
from tests.simulation import season
from tests.simulation.life import judged, live
from tests.simulation.plan import Plan


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
