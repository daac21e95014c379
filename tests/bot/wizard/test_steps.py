import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from msgspec import structs

from bot.paste import read_text
from bot.wizard.step import StepName
from bot.wizard.steps import ORDER, STEPS, TITLES, after
from bot.wizard.values import Values, assemble, to_values
from bot.wizard.who import ROWS_MAX
from domain.audience import (
    Age,
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    DidShare,
    Doing,
    Filter,
    Node,
    Not,
    Property,
    SameValue,
    Step,
)
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, Trigger, What, When
from domain.goal import Goal
from domain.personal import UserZone
from domain.recurrence import EveryWeeks
from domain.trigger import Keyed
from domain.variants import ByProperty, Case, Part, Split, Variant
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import view_problems
from tests.bot.samples import LIVE, PAST
from tests.bot.wizard.kit import view_of
from tests.domain.definitions import campaigns, sweep

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "definition.md"
QUIET = DoNotDisturb("22:00", "08:00", "discard")
SPLIT = Split((Part("A", 50, {"a": "1"}), Part("B", 50, {"a": "2"})))


def kept(values: Values) -> set[str]:
    """What no input can say, as `step.field`."""
    return {
        f"{step}.{name}"
        for step in STEPS
        for name, value in structs.asdict(getattr(values, step)).items()
        if name.startswith("kept") and value
    }


@pytest.mark.parametrize(
    "campaign",
    [
        PAST,
        LIVE,
        Campaign(name="Everyone", kind="past_behaviour"),
        structs.replace(PAST, labels=("spring",)),
        structs.replace(PAST, when=When("2020-01-01T09:00", None, "Europe/Kyiv")),
        structs.replace(LIVE, when=When("now", "2030-01-01T00:00"), do_not_disturb=QUIET),
        structs.replace(LIVE, on_pause="hold"),
        structs.replace(PAST, who=AnyOf((Property("a", "exists"), DidNot("b", (), 3)))),
        structs.replace(PAST, who=All((Property("renews", "in_next_days", 14),))),
        structs.replace(PAST, who=All(tuple(Did(f"event {n}") for n in range(ROWS_MAX)))),
        structs.replace(PAST, who=Did("A", count=Count("between", (1, 3)))),
        structs.replace(PAST, who=Not(Age("between", (18, 30)))),
        structs.replace(PAST, who=DidShare("A", "genre", "jazz", 30, weekdays=("sunday",))),
    ],
)
def test_what_the_form_can_say_it_says_whole(campaign: Campaign) -> None:
    values = to_values(campaign)
    assert assemble(values) == (campaign, {})
    assert kept(values) == set()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"who": All(tuple(Did(f"event {n}") for n in range(ROWS_MAX + 1)))}, "who.kept"),
        ({"what": What(key_values={"a": " spaced"})}, "what.kept"),
        ({"what": What(key_values={"a": "x" * 3_100})}, "what.kept"),
    ],
)
def test_what_no_input_can_say_is_kept_and_shown(change: dict[str, Any], where: str) -> None:
    campaign = structs.replace(PAST, **change)
    values = to_values(campaign)
    assert assemble(values) == (campaign, {})
    assert kept(values) == {where}
    shown = view_of(structs.replace(values, at=StepName(where.partition(".")[0])))
    assert "Kept as pasted" in str(shown)


@pytest.mark.parametrize(
    "who",
    [
        Not(AnyOf((Property("a", "exists"),))),
        All((All((Property("a", "exists"),)),)),
        Did("A", also=(Doing("B"), Doing("B", (Filter("a", "exists"),)))),
        SameValue("p", (Step("A"),)),
    ],
)
def test_a_condition_that_no_input_can_say_is_kept_as_a_row(who: Node) -> None:
    values = to_values(structs.replace(PAST, who=who))
    assert assemble(values)[0].who == who
    assert values.who.rows[0].kind == "kept"
    assert ":paperclip:" in str(view_of(structs.replace(values, at=StepName.WHO)))


def test_of_every_condition_that_there_is_only_those_within_others_are_kept() -> None:
    text = REFERENCE.read_text(encoding="utf-8").partition("### Every condition once")[2]
    pasted = text.partition("```toml\n")[2].partition("```")[0]
    campaign = read_text(pasted, now_ms=NOW_MS, zone="UTC")
    assert isinstance(campaign, Campaign)
    rows = to_values(campaign).who.rows
    assert assemble(to_values(campaign))[0].who == campaign.who
    kept_rows = [json.loads(row.kept)["type"] for row in rows if row.kind == "kept"]
    assert kept_rows == ["same_value", "all", "any"]


def test_more_variants_than_there_is_room_for_are_kept_and_shown() -> None:
    cases = tuple(Case(f"No {n}", (f"v{n}",), {"a": str(n)}) for n in range(13))
    campaign = structs.replace(PAST, variants=ByProperty("plan", cases, Variant("Others")))
    values = structs.replace(to_values(campaign), at=StepName.WHAT)
    assert assemble(values) == (campaign, {})
    assert kept(values) == {"what.kept_variants"}
    assert "No 12" in str(view_of(values))


@pytest.mark.parametrize(
    "campaign",
    [
        structs.replace(PAST, limits=Limits(control_percent=5)),
        structs.replace(PAST, limits=Limits(cap_total=5, cap_per_run=3)),
        structs.replace(PAST, what=What(email=False)),
        structs.replace(PAST, goal=Goal("Order Completed")),
        structs.replace(PAST, variants=SPLIT),
        structs.replace(PAST, delivery=Delivery("hold")),
        structs.replace(PAST, when=When(dates=("2030-01-01T09:00", "2030-02-01T09:00"))),
        structs.replace(
            PAST, when=When("2030-01-01T09:00", repeat=EveryWeeks(("monday",)), personal=UserZone())
        ),
        structs.replace(PAST, do_not_disturb=DoNotDisturb("00:00", "24:00", days=("sunday",))),
        structs.replace(LIVE, trigger=Trigger("A", also=(Keyed("B"),), delay_minutes=5)),
    ],
)
def test_no_edit_loses_anything(campaign: Campaign) -> None:
    values = to_values(campaign)
    assert assemble(values) == (campaign, {})
    again = msgspec.json.decode(msgspec.json.encode(values), type=Values)
    assert assemble(again) == (campaign, {})


@sweep
@given(campaigns())
def test_whatever_a_definition_says_the_form_gives_it_back(campaign: Campaign) -> None:
    values = to_values(campaign)
    assert assemble(values) == (campaign, {})
    for step in ORDER:
        assert view_problems(view_of(structs.replace(values, at=step))) == []


def test_the_steps_are_walked_in_their_order_and_end_with_the_review() -> None:
    assert [after(name) for name in ORDER] == [*ORDER[1:], StepName.REVIEW]
    assert set(TITLES) == set(ORDER)
    assert [*STEPS, StepName.REVIEW] == list(ORDER)
