"""When a test of variants is over and who may win it, in made histories."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.simulation.history import Entry, Happened, Posted, Sent, Tested
from tests.simulation.kinds import Test
from tests.simulation.made import (
    HOUR,
    LAST,
    LIVE,
    MINUTE,
    NOON,
    REST,
    SECOND,
    act,
    books,
    broken,
    ended,
    posted,
    sent,
    taken,
    user,
)

OVER = NOON + 10 * MINUTE
DECIDED = OVER + HOUR
TRIED = replace(
    LIVE, goal="Bought", window_minutes=600, test=Test(variants=2, users=2, wait_minutes=60)
)
WON = Tested(LAST, "Live", "live", DECIDED, DECIDED, "A")


def bought(who: str, at_ms: int = OVER + 5 * MINUTE) -> Posted:
    return Posted(at_ms, (Happened(f"b {who} {at_ms}", who, "Bought", at_ms, sent_ms=at_ms),), 200)


def to(who: str, message_id: str, variant: str) -> Sent:
    return replace(sent(message_id, who), variant=variant)


def life(*more: Entry, test: Tested = WON, state: str = "running") -> list[Entry]:
    """A live test on ann and bob, of whom ann gets A and bob B, and then cyd."""
    names = ("ann", "bob", "cyd")
    came = [posted(NOON + 2 * SECOND, "e1"), posted(OVER, "e2", "bob")]
    first = taken(NOON + 3 * SECOND, 1, to("ann", "m1", "A"))
    second = taken(OVER + SECOND, 2, to("bob", "m2", "B"))
    story = [came[0], *first, came[1], *second, *more]
    accepted = [name for e in story for name in getattr(e, "accepted", ())]
    users = dict(zip(("m1", "m2", "m3"), names, strict=True))
    return [
        *(user(name) for name in names),
        TRIED,
        *act(NOON, 1, "publish", "Live"),
        *sorted(story, key=lambda each: each.at_ms),
        REST,
        books(LAST, state=state, qualified=len(accepted), sent=len(accepted)),
        *(replace(ended(name), user=users[name], run="live") for name in accepted),
        test,
    ]


def later(variant: str) -> list[Entry]:
    """Cyd comes when the winner is known."""
    came = posted(DECIDED + MINUTE, "e3", "cyd")
    return [came, *taken(DECIDED + MINUTE + SECOND, 3, to("cyd", "m3", variant))]


OF_B = replace(WON, winner="B")
RIGHT: dict[str, list[Entry]] = {
    "nobody did anything": life(),
    "one reached the goal by it": life(bought("ann")),
    "both did": life(bought("ann"), bought("bob")),
    "the other one did": life(bought("bob"), test=OF_B),
    "perhaps the other one did": life(bought("bob", DECIDED - SECOND)),
    "the other one did too late": life(bought("bob", DECIDED + SECOND)),
    "who comes later gets the winner": life(bought("ann"), *later("A")),
    "its campaign was stopped before": life(
        test=replace(WON, decide_ms=LAST - MINUTE, winner="", decided_ms=0), state="stopped"
    ),
    "its campaign was stopped before it had its users": life(
        test=replace(WON, decide_ms=DECIDED - MINUTE, cut=True), state="stopped"
    ),
}
WRONG: dict[str, list[Entry]] = {
    "the other one did better": life(bought("bob")),
    "a tie": life(bought("ann"), bought("bob"), test=OF_B),
    "a tie of nothing": life(test=OF_B),
    "before its time": life(test=replace(WON, decided_ms=DECIDED - MINUTE)),
    "never": life(test=replace(WON, winner="", decided_ms=0)),
    "never, and its campaign is over": life(
        test=replace(WON, winner="", decided_ms=0), state="completed"
    ),
    "its campaign was stopped, and nothing is said": life(
        test=replace(WON, decide_ms=LAST - MINUTE, winner="", decided_ms=0, judged=False),
        state="stopped",
    ),
    "cut, and its campaign goes on": life(test=replace(WON, cut=True)),
    "who comes later gets the other": life(bought("ann"), *later("B")),
    "over before the last user came": life(
        test=replace(WON, decide_ms=DECIDED - MINUTE, decided_ms=DECIDED)
    ),
}


def variant(entries: list[Entry], **rules: Any) -> bool:
    return "variant" in broken(entries, **rules)


@pytest.mark.parametrize("case", RIGHT)
def test_a_winner_that_may_be_right_is_right(case: str) -> None:
    assert not variant(RIGHT[case])


@pytest.mark.parametrize("case", WRONG)
def test_a_winner_that_is_certainly_wrong_is_seen(case: str) -> None:
    assert variant(WRONG[case])
