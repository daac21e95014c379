import pytest
from msgspec.structs import replace

from bot.wizard.reading import Reading
from bot.wizard.triggers import StartValues, fill_trigger, say_trigger
from domain.behaviour import Filter
from domain.campaign import OnDate, Trigger, Without
from domain.trigger import Keyed

PRICE = (Filter("price", ">=", 50),)
WITHOUT = Without(
    "B", 90, PRICE, (Keyed("C"), Keyed("D")), "cart_id", "basket", on_repeat="keep", grace_seconds=5
)


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger("A", PRICE),
        Trigger("A", also=(Keyed("B"), Keyed("C")), first_time=True),
        Trigger("A", also=(Keyed("B", PRICE), Keyed("C"))),
        Trigger("A", without=Without("B", 60, also=(Keyed("C", PRICE),))),
        Trigger("A", date=OnDate("at", before_minutes=60, cancel=(Keyed("C", PRICE),))),
        Trigger("A", delay_minutes=2_880, recheck=False),
        Trigger("A", without=Without("B", 60)),
        Trigger("A", without=WITHOUT, recheck=False),
        Trigger("A", date=OnDate("at", before_minutes=0)),
        Trigger("A", date=OnDate("at", None, 90, "booking_id", (Keyed("B"),))),
        Trigger("A", date=OnDate("at", None, 90, "id", (Keyed("B", PRICE, "b"), Keyed("C")))),
        Trigger(
            "A",
            also=(Keyed("D", property="d"),),
            without=replace(WITHOUT, also=(Keyed("C", property="c"), Keyed("E"))),
        ),
    ],
)
def test_every_trigger_is_asked_for_and_said_again(trigger: Trigger) -> None:
    part = fill_trigger(StartValues(kind="live"), trigger)
    assert part.kept_trigger == ""
    reading = Reading()
    assert say_trigger(part, reading) == trigger
    assert reading.errors == {}


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger("A", also=(Keyed("B", PRICE), Keyed("B"))),
        Trigger("A", without=Without("B", 60, also=(Keyed("B"), Keyed("B", PRICE)))),
        Trigger("A", delay_minutes=5, without=Without("B", 60)),
        Trigger("A", recheck=False),
        Trigger("A", date=OnDate("at")),
        Trigger("A", also=(Keyed("B", property="b"),)),
    ],
)
def test_what_answers_cannot_say_is_kept(trigger: Trigger) -> None:
    part = fill_trigger(StartValues(kind="live"), trigger)
    assert part.kept_trigger
    assert say_trigger(part, Reading()) == trigger


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"wait": "delay", "delay": ""}, "start.delay"),
        ({"wait": "without", "not_event": "B", "within": "x"}, "start.within"),
        ({"wait": "date", "date": "at", "offset": ""}, "start.offset"),
    ],
)
def test_a_wait_needs_its_length(values: dict[str, str], block: str) -> None:
    reading = Reading()
    say_trigger(replace(StartValues(event="A"), **values), reading)
    assert list(reading.errors) == [block]


@pytest.mark.parametrize(
    ("trigger", "exact"),
    [
        (Trigger("A", without=Without("B", 60)), ()),
        (Trigger("A", without=Without("B", 60), recheck=False), ("yes",)),
        (Trigger("A", without=Without("B", 60, on_repeat="keep")), ("yes",)),
        (Trigger("A", without=Without("B", 60, same_property="cart_id")), ("yes",)),
    ],
)
def test_what_says_more_than_the_first_two_answers_shows_it(
    trigger: Trigger, exact: tuple[str, ...]
) -> None:
    assert fill_trigger(StartValues(kind="live"), trigger).exact == exact


def test_a_way_of_waiting_that_is_not_chosen_says_nothing() -> None:
    part = StartValues(event="A", wait="delay", delay="2", delay_unit="hours", not_event="B")
    assert say_trigger(part, Reading()) == Trigger("A", delay_minutes=120)
