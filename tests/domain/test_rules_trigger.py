import re
from typing import Any

import pytest
from msgspec.structs import replace

from domain.audience import Filter
from domain.campaign import Campaign, OnDate, Trigger, Without
from domain.rules_trigger import EVENTS_MAX, WAIT_MINUTES_MAX, trigger_problems
from domain.toml_source import check
from domain.trigger import Keyed
from tests.domain.definitions import EXAMPLES, LIVE, NOW_MS, PAST, ZONE


def wrong(**trigger: Any) -> list[str]:
    campaign = replace(LIVE, trigger=Trigger(**{"event": "A", **trigger}))
    return [problem.where for problem in trigger_problems(campaign)]


WITHOUT = Without("B", 60)
ON_DATE = OnDate("at", before_minutes=120)


@pytest.mark.parametrize(
    "trigger",
    [
        {"also": (Keyed("B"),) * (EVENTS_MAX - 1)},
        {"first_time": True},
        {"delay_minutes": WAIT_MINUTES_MAX, "recheck": False},
        {"without": replace(WITHOUT, same_property="cart", property="basket", grace_seconds=0)},
        {"without": replace(WITHOUT, event="A")},
        {"date": replace(ON_DATE, same_property="booking", cancel=(Keyed("C"),) * EVENTS_MAX)},
        {"date": OnDate("at", after_minutes=0)},
        {"without": replace(WITHOUT, same_property="cart", also=(Keyed("B", property="b"),))},
        {"also": (Keyed("B", property="b"),), "date": replace(ON_DATE, same_property="id")},
    ],
    ids=str,
)
def test_these_triggers_are_possible(trigger: dict[str, Any]) -> None:
    assert wrong(**trigger) == []


@pytest.mark.parametrize(
    ("trigger", "where"),
    [
        ({"event": ""}, ["trigger.event"]),
        ({"also": (Keyed("B"),) * EVENTS_MAX}, ["trigger.also"]),
        ({"also": (Keyed("B"), Keyed(" "))}, ["trigger.also[1].event"]),
        ({"delay_minutes": -1}, ["trigger.delay_minutes"]),
        ({"delay_minutes": WAIT_MINUTES_MAX + 1}, ["trigger.delay_minutes"]),
        ({"delay_minutes": 1, "without": WITHOUT}, ["trigger.without"]),
        ({"without": WITHOUT, "date": ON_DATE}, ["trigger.date"]),
        ({"recheck": False}, ["trigger.recheck"]),
        ({"without": replace(WITHOUT, event="")}, ["trigger.without.event"]),
        ({"without": replace(WITHOUT, within_minutes=0)}, ["trigger.without.within_minutes"]),
        ({"without": replace(WITHOUT, grace_seconds=3_601)}, ["trigger.without.grace_seconds"]),
        ({"without": replace(WITHOUT, property="basket")}, ["trigger.without.property"]),
        (
            {"without": replace(WITHOUT, where=(Filter("p", "in_last_days", 3),))},
            ["trigger.without.where[0].op"],
        ),
        ({"without": replace(WITHOUT, also=(Keyed("B"),) * 10)}, ["trigger.without.also"]),
        ({"without": replace(WITHOUT, same_property="")}, ["trigger.without.same_property"]),
        ({"also": (Keyed("B", property="b"),)}, ["trigger.also[0].property"]),
        (
            {"without": replace(WITHOUT, also=(Keyed("C"), Keyed("B", property="b")))},
            ["trigger.without.also[1].property"],
        ),
        (
            {"date": replace(ON_DATE, cancel=(Keyed("C", property="c"),))},
            ["trigger.date.cancel[0].property"],
        ),
        (
            {"date": replace(ON_DATE, same_property="id", cancel=(Keyed("C", property=""),))},
            ["trigger.date.cancel[0].property"],
        ),
        ({"date": OnDate("at")}, ["trigger.date"]),
        ({"date": replace(ON_DATE, after_minutes=1)}, ["trigger.date"]),
        ({"date": replace(ON_DATE, before_minutes=-5)}, ["trigger.date.before_minutes"]),
        ({"date": replace(ON_DATE, property="")}, ["trigger.date.property"]),
        ({"date": replace(ON_DATE, cancel=(Keyed(""),))}, ["trigger.date.cancel[0].event"]),
    ],
    ids=str,
)
def test_these_are_told_where_they_stand(trigger: dict[str, Any], where: list[str]) -> None:
    assert [each.replace("[]", "") for each in wrong(**trigger)] == where


def test_everything_that_is_wrong_is_told_at_once() -> None:
    campaign = replace(PAST, trigger=Trigger("", delay_minutes=-1, without=Without("", 0)))
    assert len(list(trigger_problems(campaign))) == 6


def test_a_live_campaign_needs_a_trigger() -> None:
    (problem,) = trigger_problems(replace(LIVE, trigger=None))
    assert problem.where == "trigger"


def test_the_definitions_of_the_how_to_have_no_problems() -> None:
    page = EXAMPLES.parent / "how-to" / "remind-of-an-abandoned-cart.md"
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        assert isinstance(check(block, now_ms=NOW_MS, zone=ZONE), Campaign)
