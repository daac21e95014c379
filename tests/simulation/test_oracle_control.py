"""Since when a control user's events count, to the millisecond, and what they bring."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Goals, Happened, Posted, Suppressed, Watched
from tests.simulation.made import GOOD, HOUR, LAST, LIVE, MINUTE, NOON, SECOND, act, broken, user

CENT = 10_000
DECIDED = NOON + 2 * SECOND
AIMED = replace(LIVE, goal="Bought", window_minutes=60, control_percent=50)
QUIET = replace(AIMED, dnd=("11:00", "13:30"))
ENDS = NOON + 90 * MINUTE
"""Of do-not-disturb, for somebody in UTC."""
BOB = Watched(LAST, "Live", "bob", "live", "e9", DECIDED)


def bought(at_ms: int, event: str = "b1", who: str = "bob", status: int = 200) -> Posted:
    return Posted(at_ms, (Happened(event, who, "Bought", at_ms, sent_ms=at_ms, paid=CENT),), status)


def life(*more: Entry, plan: Any = AIMED, watched: Any = (BOB,), **shown: Any) -> list[Entry]:
    """A life with a message to ann and none to bob, who is of the control group at noon."""
    entries = [user("bob"), *(plan if one is LIVE else one for one in GOOD)]
    counts = {"users": 1, "converted": 0, "conversions": 0, "control_users": 1} | shown
    goals = Goals(LAST, "Live", **{"control_conversions": 0, **counts})
    at = next(i for i, one in enumerate(entries) if one.at_ms == LAST)
    return [*entries[:at], *more, *entries[at:], *watched, goals]


ONE: dict[str, Any] = {"control_converted": 1, "control_conversions": 1, "control_revenue": CENT}
TWO: dict[str, Any] = {
    "control_converted": 1,
    "control_conversions": 2,
    "control_revenue": 2 * CENT,
}
GOOD_ONES = {
    "nothing happened": life(),
    "an event at the moment of the decision": life(bought(DECIDED), **ONE),
    "an event just before it": life(bought(DECIDED - 1)),
    "an event in the last millisecond": life(bought(DECIDED + HOUR - 1), **ONE),
    "an event at the end": life(bought(DECIDED + HOUR)),
    "two events": life(bought(DECIDED), bought(DECIDED + 1, "b2"), **TWO),
    "an event that was posted twice": life(bought(DECIDED), bought(DECIDED + 9), **ONE),
    "an event that was refused": life(bought(DECIDED, status=429)),
    "the trigger itself": life(bought(DECIDED, "e9")),
    "an event of somebody else": life(
        bought(NOON + 2 * MINUTE, who="ann"), conversions=1, converted=1
    ),
    "an event that waited for the night's end": life(bought(ENDS), plan=QUIET, **ONE),
    "an event in the night": life(bought(DECIDED), plan=QUIET),
    "an event of who would have been discarded": life(
        bought(DECIDED), plan=replace(QUIET, dnd_mode="discard"), control_users=0
    ),
    "who was suppressed by then, and would have had nothing": life(
        Suppressed(NOON + SECOND, "bob"), control_users=0
    ),
    "a second trigger of who gets one": life(
        bought(DECIDED + 2 * HOUR),
        plan=replace(AIMED, per_user_max=1),
        watched=(BOB, replace(BOB, occurrence="e10", decided_ms=DECIDED + 2 * HOUR)),
    ),
    "a second trigger too soon": life(
        bought(DECIDED + HOUR + 1),
        plan=replace(AIMED, per_user_minutes=60),
        watched=(BOB, replace(BOB, occurrence="e10", decided_ms=DECIDED + HOUR)),
    ),
}
WRONG_ONES = {
    "an event that is not counted": life(bought(DECIDED)),
    "an event that brought nothing": life(bought(DECIDED), **ONE | {"control_revenue": 0}),
    "an event that brought too much": life(bought(DECIDED), **ONE | {"control_revenue": 2 * CENT}),
    "an event in the night that is counted": life(bought(DECIDED), plan=QUIET, **ONE),
    "an event after the end that is counted": life(bought(DECIDED + HOUR), **ONE),
    "a conversion of nobody": life(**ONE),
    "the trigger itself that is counted": life(bought(DECIDED, "e9"), **ONE),
    "two users that convert where one did": life(
        bought(DECIDED), bought(DECIDED + 1, "b2"), **TWO | {"control_converted": 2}
    ),
    "a user who is not compared": life(control_users=0),
    "a user too many": life(control_users=2),
    "a discarded user who is compared": life(plan=replace(QUIET, dnd_mode="discard")),
}
NOT_SURE = {
    "a cap": life(bought(DECIDED), plan=replace(AIMED, cap_total=1)),
    "a pause that drops": life(*act(NOON + HOUR, 2, "pause", "Live"), bought(DECIDED)),
    "an event that nobody answered": life(bought(DECIDED, status=0)),
}


@pytest.mark.parametrize("case", GOOD_ONES)
def test_a_control_users_events_count_like_those_of_who_gets_the_message(case: str) -> None:
    assert "P28" not in broken(GOOD_ONES[case])


@pytest.mark.parametrize("case", WRONG_ONES)
def test_what_is_shown_of_a_control_group_is_exact(case: str) -> None:
    assert "P28" in broken(WRONG_ONES[case])


@pytest.mark.parametrize("case", NOT_SURE)
def test_where_something_else_decides_too_both_are_right(case: str) -> None:
    """Also that it counts; only what nobody did is wrong."""
    without = NOT_SURE[case]
    last = without[-1]
    counted = [*without[:-1], replace(last, **ONE)]
    assert "P28" not in broken(without) | broken(counted)
    assert "P28" in broken([*without[:-1], replace(last, **TWO)])


@pytest.mark.parametrize("died", [False, True])
def test_a_run_counts_from_its_draw_unless_its_daemon_died_in_it(died: bool) -> None:
    drawn_ms = NOON + MINUTE
    plan = replace(AIMED, kind="past_behaviour", event="")
    drawn = replace(BOB, run="2026-03-20T12:00[UTC]", occurrence="", decided_ms=drawn_ms)
    death = (Daemon(drawn_ms, 1, "killed"), Daemon(drawn_ms + SECOND, 2, "started"))
    shown = life(*(death * died), bought(drawn_ms + 2 * MINUTE), plan=plan, watched=(drawn,))
    assert ("P28" in broken(shown)) is not died
