import pytest
from msgspec import structs

from bot.wizard.reading import Reading
from bot.wizard.schedules import WhenValues, day_alone, fill_when, mode_of, say_when
from domain.campaign import When
from domain.personal import BestTime, Personal, UserProperty, UserZone
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Nth, Repeat
from tests.bot.samples import LIVE, PAST

AT, DAY = "2030-01-01T09:00", "2030-01-01T00:00"


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(AT, zone="Asia/Tokyo", cutoff="18:00"),
        When(cutoff="18:00", zone="UTC"),
        When(dates=(AT, "2030-02-01T18:30")),
        *(
            When(AT, "2031-01-01T00:00", repeat=repeat)
            for repeat in (
                EveryDays(3),
                EveryWeeks(("monday", "friday"), 2),
                EveryMonths((1, 31), (Nth("last", "friday"),), 2, "last_day"),
            )
        ),
        When(AT, personal=UserZone("next_day", "drop"), cutoff="20:00"),
        When(DAY, personal=UserProperty("send_at", "09:00", "next_day")),
        When(dates=(DAY,), personal=BestTime("App Opened", None, "drop", "drop")),
        When(DAY, repeat=EveryDays(), personal=BestTime("App Opened", "09:00")),
    ],
)
def test_every_schedule_is_asked_for_and_said_again(when: When) -> None:
    part = fill_when(structs.replace(PAST, when=when))
    assert part.kept == ""
    reading = Reading()
    assert say_when(part, reading, live=False) == when
    assert reading.errors == {}


@pytest.mark.parametrize(
    "when",
    [
        When(AT, repeat=EveryWeeks(("friday", "monday"))),
        When(AT, repeat=EveryMonths((5, 5), (), 1)),
        When(AT, dates=(AT,)),
        When("soon"),
    ],
)
def test_what_is_said_in_another_way_than_answers_say_it_is_not_lost(when: When) -> None:
    part = fill_when(structs.replace(PAST, when=when))
    assert say_when(part, Reading(), live=False) == when


def of(**values: object) -> When:
    part = structs.replace(WhenValues(start_date="2030-01-01", start_time="09:00"), **values)
    return say_when(part, Reading(), live=False)


@pytest.mark.parametrize(
    ("values", "repeat"),
    [
        ({"unit": "days", "every": "2"}, EveryDays(2)),
        ({"unit": "weeks", "weekdays": ("friday", "monday")}, EveryWeeks(("monday", "friday"))),
        ({"unit": "months", "days": "1, 15"}, EveryMonths((1, 15))),
        (
            {"unit": "months", "nth": ("first monday",)},
            EveryMonths((), (Nth("first", "monday"),)),
        ),
    ],
)
def test_what_repeats_is_what_was_chosen(values: dict[str, object], repeat: Repeat) -> None:
    assert of(start="repeat", **values).repeat == repeat


@pytest.mark.parametrize(
    ("values", "personal"),
    [
        ({"personal": "user_zone", "past": "next_day"}, UserZone("next_day")),
        ({"personal": "user_property", "property": " at "}, UserProperty("at")),
        ({"personal": "best_time", "event": "Opened"}, BestTime("Opened")),
    ],
)
def test_each_users_time_is_by_what_was_chosen(
    values: dict[str, object], personal: Personal
) -> None:
    assert of(start="at", **values).personal == personal


def test_where_users_have_the_time_a_run_names_a_day() -> None:
    own = {"personal": "best_time", "event": "Opened", "cutoff": "18:00"}
    assert of(start="at", **own).start == "2030-01-01T00:00"
    assert of(start="at", **own).cutoff is None
    assert of(start="dates", dates="2030-01-01\n2030-02-01", **own).dates[1] == "2030-02-01T00:00"
    assert day_alone(WhenValues(start="at", personal="best_time"), live=False)
    assert of(start="now", **own).personal is None


def test_a_live_campaign_neither_repeats_nor_has_dates() -> None:
    part = WhenValues(start="repeat", personal="user_zone", cutoff="18:00")
    assert mode_of(part, live=True) == "now"
    assert say_when(part, Reading(), live=True) == When()
    assert fill_when(structs.replace(LIVE, when=When(AT))).start == "at"


def test_several_dates_need_one_at_least() -> None:
    reading = Reading()
    say_when(WhenValues(start="dates"), reading, live=False)
    assert list(reading.errors) == ["when.dates"]


def test_a_weekday_of_the_month_that_was_never_offered_is_none() -> None:
    part = WhenValues("repeat", "2030-01-01", "09:00", unit="months", nth=("kept", "first monday"))
    repeat = say_when(part, Reading(), live=False).repeat
    assert isinstance(repeat, EveryMonths)
    assert repeat.nth == (Nth("first", "monday"),)
