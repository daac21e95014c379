import pytest
from msgspec import structs

from bot.wizard.reading import Reading
from bot.wizard.schedules import WhenValues
from bot.wizard.step import Menu, Page
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, checked
from bot.wizard.when import STEP
from domain.campaign import When
from tests.bot.fake_desk import NOW_MS


def asked(part: WhenValues, *, live: bool = False) -> set[str]:
    shown = STEP.blocks(part, Page("UTC", live=live))
    return {each["block_id"].partition(".")[2] for each in shown if each["type"] == "input"}


def test_what_is_sent_at_once_asks_next_to_nothing() -> None:
    assert asked(WhenValues()) == {"start", "cutoff", "zone"}


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ({"start": "at"}, {"start_date", "start_time", "personal"}),
        ({"start": "dates"}, {"dates", "personal"}),
        (
            {"start": "repeat"},
            {"start_date", "start_time", "every", "unit", "weekdays", "end_date"},
        ),
        ({"start": "repeat", "unit": "months"}, {"days", "nth", "short_month"}),
        ({"start": "at", "personal": "user_zone"}, {"past", "unknown_zone", "start_time"}),
        ({"start": "at", "personal": "best_time"}, {"event", "otherwise"}),
        ({"start": "at", "personal": "user_property"}, {"property", "otherwise"}),
    ],
)
def test_an_answer_asks_what_it_needs(values: dict[str, str], more: set[str]) -> None:
    assert more <= asked(structs.replace(WhenValues(), **values))


def test_where_users_have_the_time_none_is_asked_for() -> None:
    part = WhenValues(start="repeat", personal="best_time")
    assert not {"start_time", "cutoff"} & asked(part)


def test_a_live_campaign_is_asked_from_when_until_when() -> None:
    assert asked(WhenValues(start="repeat"), live=True) == {"start", "end_date", "end_time", "zone"}


@pytest.mark.parametrize(
    ("name", "menu"), [("event", Menu("event")), ("property", Menu("trait")), ("zone", None)]
)
def test_its_menus_offer_what_came_in(name: str, menu: Menu | None) -> None:
    assert STEP.menu(WhenValues(), f"when.{name}") == menu


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        (WhenValues("at", "2030-01-01"), "when.start_time"),
        (WhenValues("at", start_time="09:00"), "when.start_date"),
    ],
)
def test_a_moment_needs_its_day_and_its_time(part: WhenValues, missing: str) -> None:
    reading = Reading()
    STEP.say(part, False, reading)
    assert list(reading.errors) == [missing]


def test_a_live_campaign_has_an_end_and_another_has_none() -> None:
    part = WhenValues(end_date="2030-01-01", end_time="09:00")
    assert STEP.say(part, True, Reading()) == {"when": When(end="2030-01-01T09:00")}
    assert STEP.say(part, False, Reading()) == {"when": When()}


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"start": "repeat", "every": "0"}, "when.every"),
        ({"start": "repeat", "weekdays": ()}, "when.weekdays"),
        ({"start": "repeat", "unit": "months", "days": "0"}, "when.days"),
        ({"start": "repeat", "unit": "months", "days": "x"}, "when.days"),
        ({"start": "dates", "dates": "tomorrow"}, "when.dates"),
        ({"start": "at", "personal": "best_time"}, "when.event"),
        ({"start": "at", "personal": "user_property"}, "when.property"),
        ({"start": "at", "zone": "Europe/Osl"}, "when.zone"),
    ],
)
def test_a_problem_stands_at_its_input(values: dict[str, object], block: str) -> None:
    right = WhenValues(start_date="2030-01-01", start_time="09:00", weekdays=("monday",))
    form = Values(start=StartValues(name="a"), when=structs.replace(right, **values))
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert [each for errors in problems.values() for each in errors] == [block]
