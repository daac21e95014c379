import pytest
from msgspec import structs

from bot.wizard.limits import STEP, LimitsValues
from bot.wizard.reading import Reading
from domain.campaign import Campaign, DoNotDisturb, Limits
from tests.bot.samples import LIVE, PAST


@pytest.mark.parametrize(
    "campaign",
    [
        structs.replace(PAST, limits=Limits(cap_per_run=5, safety_limit=9)),
        structs.replace(LIVE, limits=Limits(cap_per_day=5)),
        structs.replace(LIVE, do_not_disturb=DoNotDisturb("22:00", "08:00")),
        structs.replace(PAST, do_not_disturb=DoNotDisturb("00:00", "24:00", days=("sunday",))),
    ],
)
def test_what_is_asked_for_is_said_again(campaign: Campaign) -> None:
    said = STEP.say(STEP.fill(campaign), campaign.kind == "live", Reading())
    assert said["limits"] == campaign.limits
    assert said["do_not_disturb"] == campaign.do_not_disturb


def test_a_live_cap_and_another_are_two_questions() -> None:
    part = LimitsValues("5", "cap_per_run", "cap_per_day", safety="3")
    assert STEP.say(part, True, Reading())["limits"] == Limits(cap_per_day=5)
    assert STEP.say(part, False, Reading())["limits"] == Limits(cap_per_run=5, safety_limit=3)


@pytest.mark.parametrize(
    ("where", "block"),
    [
        ("limits.cap_total", "limits.cap"),
        ("limits.safety_limit", "limits.safety"),
        ("do_not_disturb.end", "limits.quiet_to"),
        ("do_not_disturb", "limits.quiet_from"),
        ("delivery.expires_minutes", "limits.cap"),
        ("name", ""),
    ],
)
def test_a_problem_has_its_place(where: str, block: str) -> None:
    assert STEP.place(LimitsValues(), where) == block
