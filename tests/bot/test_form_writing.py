import msgspec
import pytest

from bot.form_reading import assemble
from bot.form_writing import to_values
from domain.audience import (
    Age,
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    Doing,
    Hours,
    Not,
    Property,
    SameValue,
    Step,
)
from domain.campaign import Campaign, DoNotDisturb, Limits, What, When
from tests.bot.samples import LIVE, PAST

QUIET = DoNotDisturb("22:00", "08:00", "discard")


@pytest.mark.parametrize(
    "campaign",
    [
        PAST,
        LIVE,
        Campaign(name="Everyone", kind="past_behaviour"),
        msgspec.structs.replace(PAST, when=When("2020-01-01T09:00", None, "Europe/Kyiv")),
        msgspec.structs.replace(LIVE, when=When("now", "2030-01-01T00:00"), do_not_disturb=QUIET),
        msgspec.structs.replace(PAST, who=AnyOf((Property("a", "exists"), DidNot("b", (), 3)))),
        msgspec.structs.replace(PAST, who=All((Property("renews", "in_next_days", 14),))),
    ],
)
def test_what_the_form_can_say_it_says_whole(campaign: Campaign) -> None:
    values = to_values(campaign)
    assert values is not None
    assert assemble(values) == (campaign, {})


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ("spring",)},
        {"who": Not(Property("a", "exists"))},
        {"who": All((All((Property("a", "exists"),)),))},
        {"who": All(tuple(Did(f"event {n}") for n in range(4)))},
        {"who": Did("A", count=Count("between", (1, 3)))},
        {"who": Did("A", also=(Doing("B"),))},
        {"who": DidNot("A", period=Hours(6))},
        {"who": All((Did("A", weekdays=("monday",)), Age(">=", 18)))},
        {"who": SameValue("p", (Step("A"),))},
        {"limits": Limits(control_percent=5)},
        {"limits": Limits(cap_total=5, cap_per_run=3)},
        {"what": What(email=False)},
        {"what": What(key_values={"a": "two\nlines"})},
        {"what": What(key_values={"a": "x" * 3_100})},
    ],
)
def test_an_edit_in_the_form_never_loses_what_the_form_cannot_say(change: object) -> None:
    assert isinstance(change, dict)
    assert to_values(msgspec.structs.replace(PAST, **change)) is None
