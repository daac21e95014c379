import pytest
from msgspec import structs

from bot.wizard.reading import Reading
from bot.wizard.when import STEP, WhenValues
from domain.campaign import When
from tests.bot.samples import LIVE, PAST


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


@pytest.mark.parametrize("when", [When(), When("2030-01-01T09:00", zone="Asia/Tokyo")])
def test_what_is_asked_for_is_said_again(when: When) -> None:
    for campaign in (LIVE, PAST):
        part = STEP.fill(structs.replace(campaign, when=when))
        assert part.kept == ""
        assert STEP.say(part, campaign is LIVE, Reading()) == {"when": when}


def test_a_problem_has_its_place() -> None:
    places = ("when.end", "when.zone", "when.start", "what")
    blocks = ["when.end_date", "when.zone", "when.start_date", ""]
    assert [STEP.place(WhenValues(), where) for where in places] == blocks
