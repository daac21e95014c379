"""Which events certainly count, and which may."""

from msgspec.structs import replace

from tests.simulation.history import Rest
from tests.simulation.made import BEGINNING, HOUR, LIVE, NOON, SECOND, act, books, posted, user
from tests.simulation.oracle_events import certain, possible
from tests.simulation.oracle_ledger import Ledger

SHOWN = books(NOON + 2 * HOUR)
ENDED = [Rest(NOON + 3 * HOUR, NOON + HOUR)]


def test_an_event_that_was_kept_in_time_certainly_counts() -> None:
    ledger = Ledger([*BEGINNING, SHOWN, *ENDED])
    assert certain(ledger, LIVE, SHOWN) == {("ann", "e1")}
    assert possible(ledger, LIVE) == {("ann", "e1"): 1}


def test_one_that_nobody_said_was_kept_may_count_and_a_refused_one_may_not() -> None:
    for status, may in ((0, {("ann", "e2"): 1}), (429, {})):
        unanswered = posted(NOON + 9 * SECOND, "e2", status=status)
        ledger = Ledger([*BEGINNING[:-1], unanswered, SHOWN, *ENDED])
        assert certain(ledger, LIVE, SHOWN) == set()
        assert possible(ledger, LIVE) == may


def test_only_a_member_of_the_group_certainly_counts() -> None:
    plan = replace(LIVE, group="a")
    for entries, sure in (((), True), ((user("ann", group="b"),), False)):
        ledger = Ledger([*BEGINNING[:1], *entries, *BEGINNING[1:], SHOWN, *ENDED])
        assert (certain(ledger, plan, SHOWN) == {("ann", "e1")}) is sure


def test_a_campaign_that_is_paused_as_it_is_published_may_not_have_begun() -> None:
    """What comes in then is for nobody, as is what comes in during any other pause."""
    held = books(NOON + SECOND, state="paused")
    for paused_ms, sure in ((NOON, False), (NOON + 600 * SECOND, True)):
        pause = act(paused_ms, 2, "pause", "Live")
        ledger = Ledger([*BEGINNING[:5], *pause, held, BEGINNING[-1], SHOWN, *ENDED])
        assert (certain(ledger, LIVE, SHOWN) == {("ann", "e1")}) is sure


def test_nothing_is_certain_of_a_campaign_that_has_ended() -> None:
    over = books(NOON + 2 * HOUR, state="completed")
    assert certain(Ledger([*BEGINNING, over, *ENDED]), LIVE, over) == set()
