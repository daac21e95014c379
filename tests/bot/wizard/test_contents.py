import pytest
from msgspec import structs

from bot.wizard.contents import WhatValues, fill_goal, fill_what, say_goal, say_what
from bot.wizard.reading import Reading
from domain.behaviour import Filter
from domain.campaign import What
from domain.goal import Goal
from tests.bot.samples import LIVE

EVERY = What(
    "Sent",
    email=False,
    profile=("plan", "a, b"),
    event_properties=("*",),
    key_values={"a": "1\n2", "b": "{{ Event.x }}"},
    required=("b",),
    object_id=True,
    push_tokens=True,
    identify=("plan",),
)


@pytest.mark.parametrize("what", [What(), EVERY, What(identity=False), What(profile=("*",))])
def test_every_content_is_asked_for_and_said_again(what: What) -> None:
    part = fill_what(structs.replace(LIVE, what=what))
    assert part.kept == ""
    reading = Reading()
    assert say_what(part, reading, live=True) == what
    assert reading.errors == {}


@pytest.mark.parametrize(
    "what", [What(key_values={"a": " x"}), What(required=("gone",)), What(key_values={"a\nb": ""})]
)
def test_what_lines_cannot_say_is_kept(what: What) -> None:
    part = fill_what(structs.replace(LIVE, what=what))
    assert part.kept
    assert say_what(part, Reading(), live=True) == what


def test_more_is_asked_about_only_if_it_says_something() -> None:
    assert fill_what(LIVE).topics == ()
    assert fill_what(structs.replace(LIVE, what=EVERY)).topics == ("more",)
    assert say_what(WhatValues(include=(), profile="x"), Reading(), live=True) == What()


def test_only_a_live_campaign_has_an_event_to_send() -> None:
    part = WhatValues(topics=("more",), event_properties="x")
    assert say_what(part, Reading(), live=False).event_properties == ()
    assert say_what(part, Reading(), live=True).event_properties == ("x",)


@pytest.mark.parametrize(
    "goal", [None, Goal("A"), Goal("A", (Filter("x", ">", 5),), 2_880, "revenue"), Goal("A", (), 5)]
)
def test_a_goal_is_asked_for_and_said_again(goal: Goal | None) -> None:
    part = fill_goal(WhatValues(), goal)
    assert part.kept_goal == ""
    assert say_goal(part, Reading()) == goal


def test_a_goal_that_is_longer_than_an_input_is_kept() -> None:
    goal = Goal("A", tuple(Filter(f"p{n}", "equals", "x" * 400) for n in range(10)))
    part = fill_goal(WhatValues(), goal)
    assert part.kept_goal
    assert say_goal(part, Reading()) == goal
