from typing import Any

import pytest
from msgspec import structs

from bot.wizard.alternatives import ROWS_MAX
from bot.wizard.contents import Alternative, WhatValues
from bot.wizard.reading import Reading
from bot.wizard.step import Menu, Page
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, checked
from bot.wizard.what import STEP
from domain.goal import Goal
from domain.variants import Part, Split
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import PAST

TWO = (Alternative("A", "50", "a = 1"), Alternative("B", "50"))


def shown(part: WhatValues, *, live: bool = False) -> list[Any]:
    return STEP.blocks(part, Page("UTC", live=live))


def asked(part: WhatValues, *, live: bool = False) -> set[str]:
    blocks = shown(part, live=live)
    return {each["block_id"].partition(".")[2] for each in blocks if each["type"] == "input"}


BASICS = {"key_values", "event", "topics"}


def test_at_first_it_asks_only_what_most_campaigns_need() -> None:
    assert asked(WhatValues()) == BASICS


@pytest.mark.parametrize(
    ("topic", "more"),
    [
        ("more", {"include", "profile", "identify"}),
        ("goal", {"goal", "goal_where", "window", "window_unit", "revenue"}),
        ("variants", {"among", "alternative_name_0", "alternative_share_1"}),
    ],
)
def test_a_topic_asks_its_questions(topic: str, more: set[str]) -> None:
    assert more <= asked(WhatValues(topics=(topic,)))
    assert not more & asked(WhatValues())


def test_a_live_campaign_may_send_properties_of_its_event() -> None:
    part = WhatValues(topics=("more",))
    assert asked(part, live=True) - asked(part) == {"event_properties"}


@pytest.mark.parametrize(
    ("among", "more"),
    [
        ("ab", {"test", "test_of", "wait", "wait_unit"}),
        ("by_property", {"property", "other_name", "other_pairs", "alternative_share_0"}),
    ],
)
def test_each_kind_of_variants_asks_its_own(among: str, more: set[str]) -> None:
    part = WhatValues(topics=("variants",), among=among)
    assert more <= asked(part)


def test_there_is_always_room_for_one_variant_more_until_there_is_none() -> None:
    part = WhatValues(topics=("variants",), alternatives=TWO)
    assert "alternative_name_2" in asked(part)
    assert "alternative_name_3" not in asked(part)
    full = structs.replace(part, alternatives=TWO * (ROWS_MAX // 2))
    assert "Another variant" not in str(shown(full))
    assert len(shown(full)) < 90


@pytest.mark.parametrize(
    ("name", "menu"),
    [
        ("goal", Menu("event")),
        ("revenue", Menu("property", "A")),
        ("property", Menu("trait")),
        ("event", None),
    ],
)
def test_its_menus_offer_what_came_in(name: str, menu: Menu | None) -> None:
    assert STEP.menu(WhatValues(goal="A"), f"what.{name}") == menu


def test_what_is_entered_in_a_row_stays_in_that_row() -> None:
    part = WhatValues(alternatives=TWO)
    read = STEP.read(part, {"what.alternative_name_1": "Z", "what.alternative_pairs_3": "q = 1"})
    assert [row.name for row in read.alternatives] == ["A", "Z", "", ""]
    assert read.alternatives[3].pairs == "q = 1"
    assert STEP.read(part, {"what.event": "x"}).alternatives == TWO


def test_all_of_it_is_said() -> None:
    variants = Split((Part("A", 50, {"a": "1"}), Part("B", 50)))
    campaign = structs.replace(PAST, goal=Goal("Order Completed"), variants=variants)
    said = STEP.say(STEP.fill(campaign), False, Reading())
    assert said == {"what": campaign.what, "goal": campaign.goal, "variants": variants}


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"event": "x" * 200}, "what.event"),
        ({"key_values": "x = {{ Event.y }}"}, "what.key_values"),
        ({"topics": ("more",), "profile": "a, a"}, "what.profile"),
        ({"topics": ("more",), "identify": "a, a"}, "what.identify"),
        ({"topics": ("goal",)}, "what.goal"),
        ({"topics": ("goal",), "goal": "A", "window": "900"}, "what.window"),
        ({"topics": ("goal",), "goal": "A", "goal_where": "x"}, "what.goal_where"),
        (
            {"topics": ("variants",), "alternatives": (TWO[0], Alternative("B", "49"))},
            "what.among",
        ),
        (
            {"topics": ("variants",), "alternatives": (TWO[0], Alternative("x" * 99, "50"))},
            "what.alternative_name_1",
        ),
        ({"topics": ("variants",), "alternatives": TWO, "among": "ab"}, "what.goal"),
        (
            {
                "topics": ("variants", "goal"),
                "goal": "A",
                "alternatives": TWO,
                "among": "ab",
                "test": "0",
            },
            "what.test",
        ),
        (
            {
                "topics": ("variants",),
                "alternatives": TWO[:1],
                "among": "by_property",
                "other_name": "O",
            },
            "what.property",
        ),
    ],
)
def test_a_problem_stands_at_its_input(values: dict[str, object], block: str) -> None:
    form = Values(start=StartValues(name="a"), what=structs.replace(WhatValues(), **values))
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert [each for errors in problems.values() for each in errors] == [block]
