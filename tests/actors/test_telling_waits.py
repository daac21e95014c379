import pytest
from msgspec.structs import replace

from actors.telling_waits import wait_steps
from domain.campaign import OnDate, Trigger, Without
from domain.facts import Event
from domain.timer import Timer

NOW = 1_774_000_000_000  # 2026-03-20T10:46:40 in Oslo
HOUR = 3_600_000
LEFT = Trigger("Cart Updated", without=Without("Order Completed", 60))
TRIP = Trigger("Booked", date=OnDate("departs", before_minutes=120))
TIMER = Timer(
    id=1,
    campaign="c_1",
    user="ann",
    key="",
    state="armed",
    event_seq=7,
    occurrence="e7",
    first_ms=NOW,
    since_ms=NOW,
    until_ms=NOW + HOUR,
    due_ms=NOW + HOUR,
    armed_ms=NOW,
)
ORDER = Event(9, "e9", "ann", "Order Completed", NOW + 60_000, NOW)


def said(timer: Timer, trigger: Trigger = LEFT, over: str = "") -> list[str]:
    return [step.said for step in wait_steps(timer, trigger, {9: ORDER}, "Europe/Oslo", over=over)]


@pytest.mark.parametrize(
    ("trigger", "what"),
    [
        (LEFT, ', if "Order Completed" is not done in time'),
        (TRIP, ": 2 hours before the date in departs"),
        (Trigger("A", date=OnDate("at", after_minutes=0)), ": the date in at"),
        (Trigger("A", delay_minutes=60), ", 1 hour after the event"),
    ],
)
def test_a_wait_is_told_with_its_moment_and_what_it_is_for(trigger: Trigger, what: str) -> None:
    assert said(TIMER, trigger) == [f"it waits until 2026-03-20 11:46:40 CET{what}"]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("fired", "the wait was over, and everything was asked once more"),
        (
            "cancelled",
            "the wait was cleared by “Order Completed” of 2026-03-20 10:47:40 CET: nothing is sent",
        ),
        (
            "restarted",
            "a wait that “Order Completed” of 2026-03-20 10:47:40 CET began took its place",
        ),
        ("replaced", "the date was replaced by “Order Completed” of 2026-03-20 10:47:40 CET"),
        ("set_aside", "the wait was over, and the user could not be considered"),
    ],
)
def test_each_end_of_a_wait_is_told(state: str, told: str) -> None:
    ended = replace(TIMER, state=state, ended_ms=NOW + 1, ended_by=9)
    assert said(ended)[1:] == [told]


def test_a_wait_that_began_anew_says_since_when() -> None:
    (told,) = said(replace(TIMER, since_ms=NOW + 60_000))
    assert told.endswith(", anew from 2026-03-20 10:47:40 CET on")


def test_a_wait_ends_with_its_campaign() -> None:
    assert said(TIMER, over="stopped")[1] == "the campaign was stopped meanwhile: it waits no more"


def test_an_event_that_the_log_has_no_longer_is_told_without_its_name() -> None:
    ended = replace(TIMER, state="cancelled", ended_ms=NOW, ended_by=8)
    assert "cleared by another event:" in said(ended)[1]
