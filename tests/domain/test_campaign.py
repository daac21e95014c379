from typing import Any

import msgspec
import pytest
from hypothesis import given

from domain.audience import All, Did, Filter, Property
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    OnDate,
    QuietWindow,
    Trigger,
    What,
    When,
    Without,
    canonical,
    content_hash,
)
from domain.goal import Goal
from domain.personal import BestTime, UserProperty, UserZone
from domain.recurrence import EveryDays
from domain.summary import summary
from domain.trigger import Keyed
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant
from tests.domain.definitions import LIVE, PAST, ZONE, campaigns, sweep

WITHOUT = [
    Without("Order Completed", 60),
    Without("Order Cancelled", 60),
    Without("Order Completed", 61),
    Without("Order Completed", 60, (Filter("total", ">=", 1),)),
    Without("Order Completed", 60, also=(Keyed("Order Cancelled"),)),
    Without("Order Completed", 60, also=(Keyed("Order Cancelled", property="basket"),)),
    Without("Order Completed", 60, same_property="cart"),
    Without("Order Completed", 60, same_property="cart", property="basket"),
    Without("Order Completed", 60, on_repeat="keep"),
    Without("Order Completed", 60, grace_seconds=0),
]
ON_DATE = [
    OnDate("departs", before_minutes=120),
    OnDate("arrives", before_minutes=120),
    OnDate("departs", after_minutes=120),
    OnDate("departs", before_minutes=120, same_property="booking"),
    OnDate("departs", before_minutes=120, cancel=(Keyed("Booking Cancelled"),)),
]

CHANGES: list[dict[str, Any]] = [
    {"name": "Basket"},
    {"kind": "past_behaviour"},
    {"labels": ("a",)},
    {"trigger": Trigger("Product Viewed")},
    *(
        {"trigger": change}
        for change in (
            Trigger("Product Added", (Filter("price", ">=", 1),)),
            Trigger("Product Added", also=(Keyed("Product Viewed"),)),
            Trigger("Product Added", also=(Keyed("Product Viewed", property="cart"),)),
            Trigger("Product Added", first_time=True),
            Trigger("Product Added", delay_minutes=60),
            Trigger("Product Added", delay_minutes=60, recheck=False),
            *(Trigger("Product Added", without=change) for change in WITHOUT),
            *(Trigger("Product Added", date=change) for change in ON_DATE),
        )
    ),
    {"who": Property("plan", "equals", "pro")},
    {"on_pause": "hold"},
    *(
        {"variants": change}
        for change in (
            Split((Part("A", 50), Part("B", 50))),
            Split((Part("A", 40), Part("B", 60))),
            Split((Part("A", 50), Part("B", 50, {"offer": "x"}))),
            ByProperty("tier", (Case("Gold", ("gold",)),), Variant("Others")),
            ByProperty("plan", (Case("Gold", ("gold",)),), Variant("Others")),
            ByProperty("tier", (Case("Gold", ("gold", "black")),), Variant("Others")),
            ByProperty("tier", (Case("Gold", ("gold",)),), Variant("Others", {"offer": "x"})),
            AbTest((Variant("A"), Variant("B")), test_percent=20),
            AbTest((Variant("A"), Variant("B")), test_users=20),
            AbTest((Variant("A"), Variant("B")), test_users=20, wait_minutes=60),
        )
    ),
    {"do_not_disturb": DoNotDisturb("22:00", "08:00")},
    {"do_not_disturb": DoNotDisturb("22:00", "08:00", "discard")},
    {"do_not_disturb": DoNotDisturb("22:00", "08:00", days=("friday",))},
    {"do_not_disturb": DoNotDisturb("22:00", "08:00", also=(QuietWindow("12:00", "13:00"),))},
    *(
        {"when": change}
        for change in (
            When(start="2027-01-01T09:00"),
            When(end="2027-01-01T09:00"),
            When(zone="UTC"),
            When(dates=("2027-01-01T09:00",)),
            When(repeat=EveryDays()),
            When(cutoff="18:00"),
            When(personal=UserZone()),
            When(personal=UserZone(past="next_day")),
            When(personal=UserZone(unknown_zone="drop")),
            When(personal=UserProperty("minute")),
            When(personal=UserProperty("hour")),
            When(personal=BestTime("App Opened")),
            When(personal=BestTime("Bought")),
            When(personal=BestTime("Bought", otherwise="18:00")),
            When(personal=UserProperty("minute", otherwise="18:00")),
            When(personal=UserProperty("minute", past="next_day")),
            When(personal=UserProperty("minute", unknown_zone="drop")),
        )
    ),
    *(
        {"what": change}
        for change in (
            What(event="Other"),
            What(email=False),
            What(identity=False),
            What(profile=("first_name",)),
            What(event_properties=("price",)),
            What(key_values={"a": "b"}),
            What(object_id=True),
            What(push_tokens=True),
            What(identify=("first_name",)),
            What(key_values={"a": "b"}, required=("a",)),
        )
    ),
    *(
        {"limits": change}
        for change in (
            Limits(cap_total=1),
            Limits(cap_per_day=1),
            Limits(cap_per_run=1),
            Limits(safety_limit=1),
            Limits(portion_percent=50),
            Limits(safety_per_hour=1),
            Limits(per_user_max=1),
            Limits(per_user_minutes=60),
            Limits(ignore_global=True),
            Limits(count_towards_global=False),
            Limits(over_global="queue"),
            Limits(stop_on_block=True),
            Limits(control_percent=2),
            Limits(system_control=False),
            Limits(control_groups=("Spring",)),
        )
    ),
    {"goal": Goal("Order Completed")},
    {"goal": Goal("Order Completed", (Filter("total", ">", 5),))},
    {"goal": Goal("Order Completed", window_minutes=60)},
    {"goal": Goal("Order Completed", revenue="total")},
    {"delivery": Delivery(on_ambiguous="hold")},
    {"delivery": Delivery(expires_minutes=5)},
    {"delivery": Delivery(messages_per_5_minutes=5)},
    {"delivery": Delivery(anonymous=True)},
]


def test_every_field_of_a_campaign_is_among_the_changes() -> None:
    changed = {name for change in CHANGES for name in change}
    assert changed == set(Campaign.__struct_fields__)
    for part in (When, What, Limits, Delivery):
        values = [v for change in CHANGES for v in change.values() if isinstance(v, part)]
        moved = {
            n for v in values for n in part.__struct_fields__ if getattr(v, n) != getattr(part(), n)
        }
        assert moved == set(part.__struct_fields__)
    triggers = [change["trigger"] for change in CHANGES if "trigger" in change]
    kinds: list[tuple[Any, Any]] = [(LIVE.trigger, triggers), (WITHOUT[0], WITHOUT)]
    for base, changes in [*kinds, (ON_DATE[0], ON_DATE)]:
        names = base.__struct_fields__
        assert {n for c in changes for n in names if getattr(c, n) != getattr(base, n)} == {*names}


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_any_field_changes_the_hash(change: dict[str, Any]) -> None:
    assert content_hash(msgspec.structs.replace(LIVE, **change)) != content_hash(LIVE)


@pytest.mark.parametrize("change", [c for c in CHANGES if "name" not in c], ids=str)
def test_a_change_of_any_field_but_the_name_shows_in_the_summary(change: dict[str, Any]) -> None:
    """At a campaign of the kind that has it: the summary of the other says nothing of it."""
    assert any(
        summary(msgspec.structs.replace(each, **change), ZONE) != summary(each, ZONE)
        for each in (LIVE, PAST)
    )


def test_all_changes_have_different_hashes() -> None:
    hashes = {content_hash(msgspec.structs.replace(LIVE, **change)) for change in CHANGES}
    assert len(hashes) == len(CHANGES)


def test_a_default_that_somebody_wrote_down_does_not_change_the_hash() -> None:
    text = b"""{"name": "Win back", "kind": "past_behaviour", "who": {"type": "all", "of": []},
        "when": {"start": "now"}, "limits": {"control_percent": 0},
        "what": {"event": "Campaign Message Sent", "key_values": {}}}"""
    assert content_hash(msgspec.json.decode(text, type=Campaign)) == content_hash(PAST)


def test_the_order_of_key_values_does_not_change_the_hash() -> None:
    one = msgspec.structs.replace(PAST, what=What(key_values={"a": "1", "b": "2"}))
    other = msgspec.structs.replace(PAST, what=What(key_values={"b": "2", "a": "1"}))
    assert content_hash(one) == content_hash(other)


def test_true_and_one_are_different_values() -> None:
    one = msgspec.structs.replace(PAST, who=Property("vip", "equals", 1))
    true = msgspec.structs.replace(PAST, who=Property("vip", "equals", True))
    assert content_hash(one) != content_hash(true)


def test_the_canonical_form_is_short_and_in_order() -> None:
    campaign = msgspec.structs.replace(PAST, who=All(of=(Did("Order Completed", days=30),)))
    assert canonical(campaign) == (
        b'{"kind":"past_behaviour","name":"Win back",'
        b'"who":{"of":[{"days":30,"event":"Order Completed","type":"did"}],"type":"all"}}'
    )


@sweep
@given(campaigns())
def test_the_canonical_form_decodes_to_the_same_campaign(campaign: Campaign) -> None:
    assert msgspec.json.decode(canonical(campaign), type=Campaign) == campaign


def test_a_further_event_without_a_name_of_its_own_is_hashed_as_ever() -> None:
    """An approval that was given before such names were possible still binds."""
    trigger = Trigger("A", also=(Keyed("B"),), without=Without("C", 5, also=(Keyed("D"),)))
    told = msgspec.json.decode(canonical(msgspec.structs.replace(LIVE, trigger=trigger)))["trigger"]
    assert (told["also"], told["without"]["also"]) == ([{"event": "B"}], [{"event": "D"}])
