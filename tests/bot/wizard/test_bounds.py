import pytest
from msgspec import structs

from bot.wizard.bounds import LimitsValues, fill_limits, say_delivery, say_limits
from bot.wizard.reading import Reading
from domain.campaign import Campaign, Delivery, Limits, When
from domain.personal import UserZone
from tests.bot.samples import LIVE, PAST

EVERY_LIVE = Limits(
    cap_total=9,
    cap_per_day=3,
    portion_percent=50,
    safety_per_hour=100,
    control_percent=5,
    system_control=False,
    control_groups=("Nobody, ever", "Staff"),
    per_user_max=2,
    per_user_minutes=90,
    count_towards_global=False,
    over_global="queue",
)
OWN = When("2030-01-01T09:00", personal=UserZone())
EVERY_PAST = Limits(
    cap_total=9, cap_per_run=3, safety_limit=50, stop_on_block=True, ignore_global=True
)


@pytest.mark.parametrize(
    "campaign",
    [
        structs.replace(
            LIVE, limits=EVERY_LIVE, delivery=Delivery("hold", 4_320, 500, anonymous=True)
        ),
        structs.replace(PAST, limits=EVERY_PAST, delivery=Delivery(expires_minutes=90)),
        structs.replace(PAST, when=OWN, limits=Limits(9, 5, 3, safety_limit=50)),
        structs.replace(PAST, limits=Limits()),
    ],
)
def test_every_limit_is_asked_for_and_said_again(campaign: Campaign) -> None:
    part = fill_limits(campaign)
    assert part.kept == ""
    reading = Reading()
    assert say_limits(part, reading, live=campaign.kind == "live") == campaign.limits
    assert say_delivery(part, reading) == campaign.delivery
    assert reading.errors == {}


def test_a_delivery_that_answers_would_say_otherwise_is_kept() -> None:
    odd = structs.replace(PAST, delivery=Delivery(expires_minutes=-(10**16)))
    part = fill_limits(odd)
    assert part.kept_delivery
    assert say_delivery(part, Reading()) == odd.delivery


def test_only_topics_that_say_something_are_asked_about() -> None:
    assert fill_limits(PAST).topics == ()
    assert fill_limits(structs.replace(LIVE, limits=EVERY_LIVE)).topics == (
        "user",
        "all",
        "control",
    )


def test_a_topic_that_is_not_asked_about_is_as_by_default() -> None:
    part = LimitsValues(user_max="5", ignore_global=("yes",), portion="50", pace="9")
    assert say_limits(part, Reading(), live=True) == Limits()
    assert say_delivery(part, Reading()) == Delivery()


def test_limits_of_another_kind_of_campaign_are_kept_and_then_told_to_be_wrong() -> None:
    wrong = structs.replace(LIVE, limits=Limits(safety_limit=5))
    part = fill_limits(wrong)
    assert part.kept
    assert say_limits(part, Reading(), live=True) == wrong.limits


def test_a_live_cap_and_another_are_two_limits() -> None:
    part = LimitsValues("5", "3", safety="9", safety_hour="8")
    assert say_limits(part, Reading(), live=True) == Limits(5, 3, safety_per_hour=8)
    assert say_limits(part, Reading(), live=False) == Limits(5, None, 3, safety_limit=9)


def test_a_cap_a_day_that_the_schedule_does_not_have_is_kept_and_then_told_to_be_wrong() -> None:
    part = fill_limits(structs.replace(PAST, limits=Limits(cap_per_day=5)))
    assert part.kept
    assert say_limits(part, Reading(), live=False) == Limits(cap_per_day=5)
