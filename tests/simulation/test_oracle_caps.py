"""The judge of caps that leave users out can fail, and counts whoever may have had a place."""

import pytest
from msgspec.structs import replace

from tests.simulation import oracle_caps as caps
from tests.simulation.history import Answered, Asked, Entry, Planned
from tests.simulation.kinds import Calendar
from tests.simulation.made import (
    DAY,
    HOUR,
    NOON,
    RUN,
    SECOND,
    act,
    blast,
    books,
    broken,
    of_run,
    taken,
)
from tests.simulation.oracle_ledger import Ledger, Rules


def life(cap: int, sent: int, **skipped: int) -> list[Entry]:
    shown = books(NOON + SECOND, "Blast", "completed", sent=sent)
    qualified = sent + sum(skipped.values())
    return [*blast(cap_total=cap), replace(shown, qualified=qualified, skipped=skipped)]


@pytest.mark.parametrize(
    ("sent", "skipped", "wrong"),
    [
        (2, {"cap_reached": 1}, False),
        (1, {"cap_reached": 1}, True),
        (1, {"cap_reached": 1, "expired": 1}, False),
        (1, {"cap_reached": 1, "not_in_portion": 1}, True),
        (1, {"expired": 2}, False),
    ],
)
def test_nobody_is_left_out_by_a_cap_that_had_a_place(
    sent: int, skipped: dict[str, int], *, wrong: bool
) -> None:
    assert ("cap" in broken(life(2, sent, **skipped))) is wrong


DAILY = Planned(
    NOON, "Blast", "past_behaviour", cap_total=9, calendar=Calendar(start="2026-03-20T12:00")
)
FIRST, NEXT = RUN, "2026-03-21T12:00[UTC]"


def lowered(said: str, *, ok: bool = True) -> list[Entry]:
    at_ms = NOON + HOUR
    return [Asked(at_ms, 5, "lower", "Blast", "ana", said), Answered(at_ms + 5, 5, ok=ok)]


@pytest.mark.parametrize(
    ("said", "ok", "wrong"),
    [
        ("total 3", True, False),
        ("total 2", True, True),
        ("total 2", False, False),
        ("run 1", True, False),
        ("run 0", True, True),
    ],
)
def test_a_lower_cap_holds_for_what_is_promised_then(said: str, *, ok: bool, wrong: bool) -> None:
    before = taken(NOON + SECOND, 1, of_run("ann", "m1", FIRST), of_run("bob", "m2", FIRST))
    after = taken(NOON + DAY + SECOND, 2, of_run("cyd", "m3", NEXT))
    entries = [DAILY, *act(NOON, 1, "publish", "Blast"), *before, *lowered(said, ok=ok), *after]
    assert ("P5" in broken(entries)) is wrong


def test_what_was_promised_before_goes_on() -> None:
    late = taken(NOON + 2 * HOUR, 2, of_run("cyd", "m3", FIRST))
    before = taken(NOON + SECOND, 1, of_run("ann", "m1", FIRST))
    assert "P5" not in broken([DAILY, *before, *lowered("total 1"), *late])


def test_a_cap_that_was_lowered_leaves_out_from_there_on() -> None:
    entries = life(3, 2, cap_reached=1)
    assert "cap" in broken(entries)
    assert "cap" not in broken([*entries[:-1], *lowered("total 2"), entries[-1]])


def test_a_message_that_was_asked_about_and_never_sent_is_no_mistake_of_the_judge() -> None:
    ledger = Ledger([DAILY, *lowered("total 1")])
    assert ledger.tries["m never"] == []
    assert list(caps.lowered(ledger, Rules())) == []
