import pytest
from msgspec import structs

from bot.wizard.bounds import LimitsValues
from bot.wizard.limits import STEP
from bot.wizard.reading import Reading
from bot.wizard.schedules import WhenValues
from bot.wizard.step import Page
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, checked
from domain.campaign import Delivery, DoNotDisturb, Limits
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import PAST


def asked(part: LimitsValues, **page: bool) -> set[str]:
    shown = STEP.blocks(part, Page("UTC", **page))  # type: ignore[arg-type]  # its flags
    return {each["block_id"].partition(".")[2] for each in shown if each["type"] == "input"}


BASICS = {"cap", "cap_each", "safety", "stop_on_block", "quiet", "topics"}


def test_at_first_it_asks_only_what_most_campaigns_need() -> None:
    assert asked(LimitsValues()) == BASICS
    assert asked(LimitsValues(), live=True) == {"cap", "cap_each", "safety_hour", "quiet", "topics"}


def test_of_one_run_nobody_is_asked_about_several_unless_that_was_answered_before() -> None:
    assert asked(LimitsValues(), once=True) == BASICS - {"cap_each", "stop_on_block"}
    answered = LimitsValues(cap_each="5", stop_on_block=("yes",))
    assert asked(answered, once=True) == BASICS


def test_where_users_have_their_own_times_there_is_a_cap_a_day_as_well() -> None:
    assert asked(LimitsValues(), own_times=True) == BASICS | {"cap_day"}


@pytest.mark.parametrize(
    ("topic", "more"),
    [
        ("user", {"user_max", "user_gap", "user_gap_unit"}),
        ("all", {"ignore_global", "counts", "over_global"}),
        ("control", {"portion", "control", "system_control", "control_groups"}),
        ("delivery", {"pace", "expires", "expires_unit", "ambiguous", "anonymous"}),
    ],
)
def test_a_topic_asks_its_questions(topic: str, more: set[str]) -> None:
    assert asked(LimitsValues(topics=(topic,))) == BASICS | more


def test_do_not_disturb_asks_for_a_week() -> None:
    more = {"quiet_from", "quiet_to", "quiet_days", "windows"}
    assert asked(LimitsValues(quiet="delay")) == BASICS | more


def test_all_of_it_is_said() -> None:
    campaign = structs.replace(
        PAST,
        limits=Limits(cap_total=5),
        do_not_disturb=DoNotDisturb("22:00", "08:00"),
        delivery=Delivery("hold"),
    )
    said = STEP.say(STEP.fill(campaign), False, Reading())
    assert said["limits"] == campaign.limits
    assert said["do_not_disturb"] == campaign.do_not_disturb
    assert said["delivery"] == campaign.delivery


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"cap": "0"}, "limits.cap"),
        ({"cap_each": "0"}, "limits.cap_each"),
        ({"safety": "0"}, "limits.safety"),
        ({"stop_on_block": ("yes",)}, "limits.stop_on_block"),
        ({"topics": ("user",), "user_max": "900"}, "limits.user_max"),
        ({"topics": ("user",), "user_gap": "x"}, "limits.user_gap"),
        ({"topics": ("control",), "portion": "0"}, "limits.portion"),
        ({"topics": ("control",), "control": "1"}, "limits.control"),
        ({"topics": ("control",), "control_groups": "a, a"}, "limits.control_groups"),
        ({"topics": ("delivery",), "expires": "99", "expires_unit": "days"}, "limits.expires"),
        ({"topics": ("delivery",), "pace": "0"}, "limits.pace"),
        ({"quiet": "delay", "quiet_to": "22:00"}, "limits.quiet_from"),
        ({"quiet": "delay", "windows": "12:00-12:00"}, "limits.windows"),
    ],
)
def test_a_problem_stands_at_its_input(values: dict[str, object], block: str) -> None:
    form = Values(start=StartValues(name="a"), limits=structs.replace(LimitsValues(), **values))
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert block in [each for errors in problems.values() for each in errors]
    assert all(each.startswith("limits.") for errors in problems.values() for each in errors)


def test_a_problem_of_the_cap_a_day_stands_where_that_is_asked_for() -> None:
    when = WhenValues("at", "2030-01-01", "09:00", personal="user_zone")
    form = Values(StartValues(name="a"), when=when, limits=LimitsValues(cap_each="5", cap_day="0"))
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert [each for errors in problems.values() for each in errors] == ["limits.cap_day"]
