from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Comparison,
    Count,
    CustomList,
    Did,
    DidNot,
    Doing,
    Filter,
    Node,
    Not,
    Property,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.campaign import Trigger
from domain.facts import Event, User
from domain.matching import (
    compile_node,
    compile_trigger,
    constant_values,
    counts,
    event_names,
    matches,
    since_ms,
)
from domain.saved import UnknownAudienceError, expand
from domain.zones import local_wall, next_change

NOW_MS = 1_774_800_000_000  # 2026-03-29T16:00:00Z
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ANNA = User("anna", 1, {"plan": "pro", "age": 30})
EVENTFUL_ZONES = (
    "Africa/Cairo",  # changes at midnight
    "America/Havana",  # repeats 00:00 to 01:00
    "America/Sao_Paulo",  # left midnight out
    "America/St_Johns",  # repeated 00:00 to 00:01
    "Asia/Beirut",  # leaves midnight out
    "Australia/Lord_Howe",  # changes by half an hour
    "Europe/Kyiv",
    "Pacific/Apia",  # left out a whole day
)


def did(name: str, ago_ms: int = 0, **properties: object) -> Event:
    return Event(1, "m1", "anna", name, NOW_MS - ago_ms, NOW_MS, properties)


def asked(node: Node, *history: Event, zone: str = "UTC") -> bool:
    return matches(node, ANNA, history, now_ms=NOW_MS, zone=zone)


YES = Property("plan", "equals", "pro")
NO = Property("plan", "equals", "free")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (EVERYONE, True),
        (AnyOf(()), False),
        (All((YES, YES)), True),
        (All((YES, NO)), False),
        (AnyOf((NO, YES)), True),
        (AnyOf((NO, NO)), False),
        (Not(NO), True),
        (Not(YES), False),
        (Not(Property("unknown", "equals", 1)), True),
        (Not(Property("unknown", "not_equals", 1)), True),
    ],
)
def test_conditions_join_as_in_logic_and_a_missing_property_is_simply_false(
    node: Node, expected: bool
) -> None:
    assert asked(node) is expected


@pytest.mark.parametrize(
    ("op", "value", "without_zero", "with_zero"),
    [
        # how many times of 0..3 pass, without and with include_zero
        ("<", 2, [1], [0, 1]),
        ("<=", 2, [1, 2], [0, 1, 2]),
        ("=", 0, [], [0]),
        ("=", 2, [2], [2]),
        ("!=", 2, [1, 3], [0, 1, 3]),
        (">=", 0, [1, 2, 3], [0, 1, 2, 3]),
        (">=", 2, [2, 3], [2, 3]),
        (">", 2, [3], [3]),
    ],
)
def test_zero_times_count_only_if_the_marketer_says_so(
    op: Comparison, value: int, without_zero: list[int], with_zero: list[int]
) -> None:
    found = [
        [n for n in range(4) if counts(Count(op, value, include_zero=zero), n)]
        for zero in (False, True)
    ]
    assert found == [without_zero, with_zero]


def test_only_events_that_pass_every_filter_are_counted() -> None:
    node = Did("Bought", (Filter("price", ">=", 50), Filter("item", "contains", "shoe")), Count())
    assert not asked(node, did("Bought", price=60), did("Bought", price=40, item="Shoes"))
    assert asked(node, did("Bought", price=50, item="Red shoes"))


def test_did_not_is_true_for_whoever_did_something_else() -> None:
    assert asked(DidNot("Bought"), did("Viewed"))
    assert not asked(DidNot("Bought"), did("Bought"))
    assert asked(DidNot("Bought", (Filter("price", ">", 50),)), did("Bought", price=50))


def test_events_that_claim_the_future_do_not_count_yet() -> None:
    assert not asked(Did("Bought"), did("Bought", ago_ms=-1))
    assert asked(Did("Bought"), did("Bought", ago_ms=0))


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_last_days_start_at_midnight_of_the_accounts_zone(zone: str) -> None:
    start = since_ms(2, now_ms=NOW_MS, zone=zone)
    assert start is not None
    wall = local_wall(start, zone)
    today = local_wall(NOW_MS, zone).date()
    assert (wall.date(), wall.hour, wall.minute) == (today - timedelta(days=2), 0, 0)
    assert asked(Did("Bought", days=2), did("Bought", NOW_MS - start), zone=zone)
    assert not asked(Did("Bought", days=2), did("Bought", NOW_MS - start + 1), zone=zone)


@pytest.mark.parametrize("zone", EVENTFUL_ZONES)
def test_the_day_starts_at_its_first_instant_around_every_clock_change(zone: str) -> None:
    at = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
    end = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)
    changes = 0
    while (change := next_change(at, end, zone)) is not None:
        changes += 1
        for now_ms in range(change - DAY_MS, change + 3 * DAY_MS, 5 * HOUR_MS):
            for days in (0, 1, 2):
                start = since_ms(days, now_ms=now_ms, zone=zone)
                assert start is not None
                wanted = local_wall(now_ms, zone).date() - timedelta(days=days)
                before = local_wall(start - 1, zone).date()
                assert before < wanted <= local_wall(start, zone).date()
        at = change
    assert changes > 2


def test_the_names_tell_whose_history_is_needed() -> None:
    node = All((Did("A"), Not(AnyOf((DidNot("B"), Did("A"), YES)))))
    assert event_names(node) == {"A", "B"}


def test_a_compiled_audience_is_asked_of_many_users() -> None:
    matcher = compile_node(YES)
    people = [ANNA, User("ben", 2, {"plan": "free"}), User("cleo", 3)]
    assert [matcher(user, (), NOW_MS, "UTC") for user in people] == [True, False, False]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (did("Bought", price=60, vip=True), True),
        (did("Bought", price=60, vip=1), False),
        (did("Bought", price=40, vip=True), False),
        (did("bought", price=60, vip=True), False),
    ],
)
def test_a_trigger_wants_its_event_and_every_comparison(event: Event, expected: bool) -> None:
    trigger = Trigger("Bought", (Filter("price", ">=", 50), Filter("vip", "equals", True)))
    assert compile_trigger(trigger)(event) is expected


def test_true_and_one_are_different_triggers() -> None:
    """They are equal to Python, so nothing may remember a trigger by its value."""
    event = did("Bought", vip=1)
    wants = [
        compile_trigger(Trigger("Bought", (Filter("vip", "equals", v),)))(event) for v in (True, 1)
    ]
    assert wants == [False, True]


def test_names_stand_for_what_is_given_with_the_tree() -> None:
    saved: dict[str, Node] = {"pros": All((YES, Did("Bought")))}
    matcher = compile_node(expand(All((Saved("pros"), Not(CustomList("staff")))), saved))
    assert matcher(ANNA, (did("Bought"),), NOW_MS, "UTC")
    staff = msgspec.structs.replace(ANNA, lists=frozenset({"staff"}))
    assert not matcher(staff, (did("Bought"),), NOW_MS, "UTC")
    assert not matcher(ANNA, (), NOW_MS, "UTC"), "the events of a saved audience count too"


def test_a_name_that_nobody_gave_is_an_error_and_never_nobody() -> None:
    with pytest.raises(UnknownAudienceError):
        compile_node(Not(Saved("staff")))


def test_the_values_that_qualified_are_kept_for_the_content() -> None:
    node = SameValue("p", (Step("Viewed", days=3),), (StepNot("Bought"),))
    viewed = [did("Viewed", n * HOUR_MS, p=f"p{n}") for n in range(8)]
    history = [*viewed, did("Bought", p="p1"), did("Viewed", 9 * DAY_MS, p="long ago")]
    found = constant_values(node, ANNA, history, now_ms=NOW_MS, zone="UTC")
    assert found == ["p0", "p2", "p3", "p4", "p5"]


def test_an_event_that_is_named_twice_counts_once() -> None:
    also = (Doing("Bought", (Filter("price", ">", 5),)),)
    assert not asked(Did("Bought", count=Count(">=", 2), also=also), did("Bought", price=9))


def test_days_from_today_are_told_when_asked() -> None:
    matcher = compile_node(Did("Bought", (Filter("until", "in_next_days", 1),)))
    history = [Event(1, "m1", "anna", "Bought", 0, 0, {"until": "2026-03-30"})]
    found = [matcher(ANNA, history, NOW_MS + n * DAY_MS, "UTC") for n in (-2, -1, 0, 1)]
    assert found == [False, False, True, False]


def test_a_trigger_that_compares_with_today_is_met_by_nothing() -> None:
    trigger = Trigger("Bought", (Filter("until", "in_next_days", 1),))
    assert not compile_trigger(trigger)(did("Bought", until="2026-03-30"))
