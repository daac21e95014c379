"""The judges of what messages say can fail."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import (
    Answered,
    Asked,
    Entry,
    Happened,
    Planned,
    Posted,
    Request,
    Sent,
)
from tests.simulation.kinds import Calendar, Chosen
from tests.simulation.made import DAY, HOUR, LIVE, NOON, SECOND, act, broken, sent

RUN = "2026-03-21T12:00[UTC]"
NEXT = "2026-03-22T12:00[UTC]"
DAILY = Planned(
    NOON,
    "Daily",
    "past_behaviour",
    calendar=Calendar(start="2026-03-21T12:00"),
    chosen=Chosen(words="old"),
)


def said(at_ms: int, n: int, words: str, run: str = RUN) -> Request:
    one = Sent(f"m{n}", f"u{n}", "Daily", run, at_ms + DAY, said=words)
    return Request(at_ms, n, 1, (one,))


def amended(at_ms: int, words: str = "new", *, approved: bool = True) -> list[Entry]:
    asked: list[Entry] = [
        Asked(at_ms, 7, "amend", "Daily", "ana", words),
        Answered(at_ms + 5, 7, ok=True),
    ]
    return [*asked, *(act(at_ms + SECOND, 8, "approve", "Daily") if approved else [])]


def life(*entries: Entry) -> set[str]:
    return broken([DAILY, *act(NOON, 1, "publish", "Daily"), *entries])


def test_what_nobody_has_approved_is_not_said() -> None:
    begins = NOON + DAY + SECOND
    assert "P15" not in life(*amended(NOON + HOUR), said(begins, 1, "new"))
    assert "P15" in life(*amended(NOON + HOUR, approved=False), said(begins, 1, "new"))
    assert "P15" in life(said(begins, 1, "new"), *amended(begins + SECOND))


def test_one_run_says_one_thing() -> None:
    begins = NOON + DAY + SECOND
    change = amended(begins + SECOND)
    later = begins + HOUR
    assert "amendment" not in life(said(begins, 1, "old"), *change, said(later, 2, "old"))
    assert "amendment" in life(said(begins, 1, "old"), *change, said(later, 2, "new"))


@pytest.mark.parametrize(("words", "wrong"), [("new", False), ("old", True)])
def test_what_is_approved_holds_for_the_next_run(words: str, *, wrong: bool) -> None:
    change = amended(NOON + DAY + HOUR)
    assert ("amendment" in life(*change, said(NOON + 2 * DAY, 1, words, NEXT))) is wrong


@pytest.mark.parametrize(("words", "wrong"), [("new", False), ("old", True)])
def test_live_it_holds_for_what_comes_then(words: str, *, wrong: bool) -> None:
    live = replace(LIVE, chosen=Chosen(words="old"))
    asked = Asked(NOON + HOUR, 7, "amend", "Live", "ana", "new")
    event = Happened("e1", "ann", "Paid", NOON + 2 * HOUR, sent_ms=NOON + 2 * HOUR)
    entries = [
        live,
        *act(NOON, 1, "publish", "Live"),
        asked,
        Answered(NOON + HOUR + 5, 7, ok=True),
        *act(NOON + HOUR + SECOND, 8, "approve", "Live"),
        Posted(NOON + 2 * HOUR, (event,), 200),
        Request(NOON + 2 * HOUR + SECOND, 1, 1, (replace(sent("m1"), said=words),)),
    ]
    assert ("amendment" in broken(entries)) is wrong


@pytest.mark.parametrize(("words", "wrong"), [("words of A", False), ("words of B", True)])
def test_a_variant_says_its_own(words: str, *, wrong: bool) -> None:
    live = replace(LIVE, split=50, chosen=Chosen(words="all", own_words=True))
    message = replace(sent("m1"), variant="A", said=words)
    assert ("words" in broken([live, Request(NOON + HOUR, 1, 1, (message,))])) is wrong
