from typing import Any

import pytest

from domain.audience import Filter
from domain.campaign import OnDate, Trigger, Without
from domain.facts import Event
from domain.listening import FOR_EVER_MS, Listener, date_ms, is_local, key_of
from domain.timer import Wait
from domain.trigger import Keyed

T = 1_774_000_000_000
MINUTE_MS = 60_000


def event(name: str, *, at_ms: int = T, received_ms: int = T, **properties: Any) -> Event:
    return Event(7, "e7", "u1", name, at_ms, received_ms, properties)


def test_inaction_waits_from_the_event_and_falls_due_after_the_grace() -> None:
    listener = Listener(Trigger("A", without=Without("B", 60)))
    until = T + 60 * MINUTE_MS
    assert listener.wait(event("A"), zone="UTC") == Wait("", T, until, until + 30_000)


@pytest.mark.parametrize(
    ("trigger", "later_ms"),
    [
        (Trigger("A", delay_minutes=60), 0),
        (Trigger("A", without=Without("B", 60)), 30_000),
        (Trigger("A", without=Without("B", 60, grace_seconds=0)), 0),
    ],
)
def test_what_arrives_after_its_wait_is_over_falls_due_at_once_but_for_the_grace(
    trigger: Trigger, later_ms: int
) -> None:
    """What would clear it may be of the same phone, and come in the next request."""
    late = event("A", received_ms=T + 90 * MINUTE_MS)
    assert Listener(trigger).wait(late, zone="UTC").due_ms == late.received_ms + later_ms


def test_each_event_of_a_delayed_campaign_waits_for_itself() -> None:
    listener = Listener(Trigger("A", delay_minutes=1))
    due = T + MINUTE_MS
    assert listener.wait(event("A"), zone="UTC") == Wait("e7", T, due, due)
    assert listener.clears(event("A")) is None


def test_a_date_is_waited_for_where_the_user_is() -> None:
    listener = Listener(Trigger("A", date=OnDate("departs", before_minutes=120)))
    booked = event("A", departs="2026-03-29T09:30")
    assert listener.wait(booked, zone="Asia/Tokyo") == Wait(
        "", T, FOR_EVER_MS, T + 737_000_000, local=True
    )
    assert listener.wait(booked, zone="UTC").due_ms == T + 737_000_000 + 9 * 3_600_000


def test_an_event_without_the_value_or_the_date_begins_nothing() -> None:
    inaction = Listener(Trigger("A", without=Without("B", 60, same_property="cart")))
    carts: list[Any] = ["c1", 5, None, ["c1"], {}]
    heard = [inaction.begins(event("A", cart=cart)) for cart in carts]
    assert heard == [True, True, False, False, False]
    date = Listener(Trigger("A", date=OnDate("at", after_minutes=0, same_property="id")))
    assert date.begins(event("A", at="2026-04-01", id=1))
    assert not date.begins(event("A", at="tomorrow", id=1))
    assert not date.begins(event("A", at="2026-04-01"))


def test_only_the_same_value_clears_under_whatever_name_it_has_there() -> None:
    without = Without("B", 60, same_property="cart", property="basket")
    listener = Listener(Trigger("A", without=without))
    began = listener.wait(event("A", cart="c1"), zone="UTC").key
    assert listener.clears(event("B", basket="c1")) == began
    assert listener.clears(event("B", basket="c2")) != began
    assert listener.clears(event("B", cart="c1")) is None
    assert listener.clears(event("A", basket="c1")) is None


def test_each_further_event_has_the_same_value_under_its_own_name() -> None:
    paid = (Filter("paid", "equals", True),)
    also = (Keyed("C", property="c_id"), Keyed("D"), Keyed("B", paid, "bill"))
    trigger = Trigger(
        "A",
        also=(Keyed("A2", property="a2"),),
        without=Without("B", 60, also=also, same_property="id", property="b_id"),
    )
    listener = Listener(trigger)
    began = listener.wait(event("A", id="x"), zone="UTC").key
    assert listener.begins(event("A2", a2="x"))
    assert listener.wait(event("A2", a2="x", id="y"), zone="UTC").key == began
    assert not listener.begins(event("A2", id="x"))
    assert listener.clears(event("C", c_id="x")) == began
    assert listener.clears(event("C", b_id="x", id="x")) is None
    assert listener.clears(event("D", b_id="x")) == began
    assert listener.clears(event("B", bill="x", paid=True)) == began
    assert listener.clears(event("B", bill="x")) is None


def test_events_that_all_have_the_same_other_name_are_known_by_it() -> None:
    date = OnDate("at", 0, same_property="trip", cancel=(Keyed("C", property="code"),))
    listener = Listener(Trigger("A", date=date))
    began = listener.wait(event("A", at="2026-04-01", trip=1), zone="UTC").key
    assert listener.clears(event("C", code=1)) == began
    assert listener.clears(event("C", trip=1)) is None


def test_what_clears_must_meet_its_comparisons() -> None:
    without = Without("B", 60, (Filter("paid", "equals", True),), also=(Keyed("C"),))
    listener = Listener(Trigger("A", without=without))
    assert [listener.clears(each) for each in (event("B"), event("B", paid=True), event("C"))] == [
        None, "", "",
    ]  # fmt: skip


def test_any_of_the_events_triggers() -> None:
    listener = Listener(Trigger("A", (Filter("n", ">", 1),), also=(Keyed("B"),)))
    heard = [event("A"), event("A", n=2), event("B"), event("C")]
    assert [listener.begins(each) for each in heard] == [False, True, True, False]


def test_a_text_and_a_number_are_two_keys_and_long_ones_stay_short() -> None:
    keys = [key_of({"p": value}, "p") for value in ("5", 5, 5.0, True, 1, "x" * 999)]
    assert len(set(keys)) == 5
    assert key_of({"p": -0.0}, "p") == key_of({"p": 0}, "p")
    assert keys[1] == keys[2]
    assert len(keys[-1] or "") == 64


@pytest.mark.parametrize(
    ("value", "zone", "ms"),
    [
        ("2026-03-20T09:46:40Z", "Asia/Tokyo", T),
        ("2026-03-20T10:46:40+01:00", "Asia/Tokyo", T),
        ("2026-03-20T10:46:40", "Europe/Oslo", T),
        ("2026-03-20 10:46:40", "Europe/Oslo", T),
        ("2026-03-20", "Asia/Tokyo", 1_773_932_400_000),
        ("2026-03-29T02:30", "Europe/Oslo", 1_774_746_000_000),  # does not exist: 03:00 is next
        ("2026-10-25T02:30", "Europe/Oslo", 1_792_888_200_000),  # twice: the first
        (1_774_000_000, "Asia/Tokyo", T),
        (T, "Asia/Tokyo", T),
        ("soon", "UTC", None),
        ("0001-01-01", "Asia/Tokyo", None),
        ("9999-12-31T23:59", "America/New_York", None),
        (None, "UTC", None),
        (True, "UTC", None),
        (["2026-03-20"], "UTC", None),
        (-5, "UTC", None),
    ],
)
def test_a_date_is_read_as_the_user_means_it(value: Any, zone: str, ms: int | None) -> None:
    assert date_ms(value, zone) == ms


@pytest.mark.parametrize(
    ("value", "local"),
    [
        ("2026-03-20T10:46:40", True),
        ("2026-03-20", True),
        ("2026-03-20T10:46:40Z", False),
        ("2026-03-20T10:46:40+01:00", False),
        (T, False),
        ("soon", False),
        (None, False),
    ],
)
def test_a_wall_time_is_another_moment_in_another_zone(value: object, *, local: bool) -> None:
    assert is_local(value) is local
