"""The examples by which the rules of an audience are told, each asked of memory and of DuckDB."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from domain.audience import (
    Age,
    All,
    Amount,
    AnyOf,
    Comparison,
    Count,
    CustomList,
    Dates,
    DaysAgo,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Gender,
    Geography,
    Hours,
    Minutes,
    Near,
    Node,
    Not,
    Place,
    Property,
    Reachability,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.facts import Event, User
from domain.matching import compile_node
from domain.saved import expand
from store import audience
from store.projection import Projection
from tests.store.copies import DRAW, rows

KYIV = "Europe/Kyiv"
NOW = datetime(2026, 3, 29, 16, 0, tzinfo=UTC)  # 19:00 in Kyiv, the day its clocks went forward
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_MS = timedelta(milliseconds=1)

Done: TypeAlias = tuple[str, datetime, dict[str, Any]]
Who: TypeAlias = Callable[..., set[str]]


def ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // A_MS


@pytest.fixture
def who(tmp_path: Path) -> Iterator[Who]:
    """Ask both evaluators; `deeds` and `traits` by user."""
    copy = Projection.open(tmp_path / "audience.duckdb")

    def ask(
        node: Node,
        deeds: dict[str, list[Done]] | None = None,
        traits: dict[str, dict[str, Any]] | None = None,
        zones: dict[str, str] | None = None,
        lists: dict[str, set[str]] | None = None,
        saved: dict[str, Node] | None = None,
        zone: str = KYIV,
    ) -> set[str]:
        deeds, traits, lists, saved = deeds or {}, traits or {}, lists or {}, saved or {}
        users = [
            User(
                name,
                i,
                traits.get(name, {}),
                (zones or {}).get(name),
                lists=frozenset(each for each, members in lists.items() if name in members),
            )
            for i, name in enumerate(sorted({*deeds, *traits}))
        ]
        history = [
            Event(seq, f"m{seq}", user, name, ms(at), ms(NOW), properties)
            for seq, (user, (name, at, properties)) in enumerate(
                ((user, done) for user, several in deeds.items() for done in several), 1
            )
        ]
        node = expand(node, saved)
        matcher = compile_node(node)
        memory = {
            one.user
            for one in users
            if matcher(one, [e for e in history if e.user == one.user], ms(NOW), zone)
        }
        copy.rebuild()
        copy.catch_up(rows(history), users)
        told = {"now_ms": ms(NOW), "zone": zone, "lists": lists}
        duck = {one.user for one in audience.select(copy, node, draw=DRAW, **told)}  # type: ignore[arg-type]
        assert memory == duck
        return memory

    yield ask
    copy.close()


def bought(*prices: Any, at: datetime = NOW) -> list[Done]:
    """One purchase for each price; ... is one without a price."""
    return [("Bought", at, {} if price is ... else {"price": price}) for price in prices]


def at(*moments: datetime, name: str = "Bought") -> list[Done]:
    return [(name, moment, {}) for moment in moments]


# The average


def test_8_to_12_have_an_average_of_10(who: Who) -> None:
    deeds = {"ten": bought(8, 9, 10, 11, 12), "less": bought(8, 9, 10, 11, 11)}
    assert who(DidAverage("Bought", "price", Amount(">=", 10)), deeds) == {"ten"}


def test_an_event_without_the_number_stays_in_the_denominator(who: Who) -> None:
    deeds = {"five": bought(5, 7, 13, ..., ...), "text": bought(5, 7, 13, "13", None)}
    assert who(DidAverage("Bought", "price", Amount("=", 5)), deeds) == {"five", "text"}


def test_decimals_add_up_as_on_paper(who: Who) -> None:
    deeds = {
        "a": bought(0.1, 0.2),
        "b": bought(0.3),
        "c": bought(0.3, 1e300),
        "d": bought(0.300001),
    }
    assert who(DidSum("Bought", "price", Amount("=", 0.3)), deeds) == {"a", "b", "c"}


# How often


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("<", 2, {"one"}),
        ("<=", 2, {"one", "two"}),
        ("=", 2, {"two"}),
        ("!=", 2, {"one", "three"}),
        (">=", 2, {"two", "three"}),
        (">", 2, {"three"}),
        ("between", (2, 3), {"two", "three"}),
    ],
)
def test_fewer_than_leaves_out_who_never_did_unless_zero_is_included(
    who: Who, op: Comparison, value: Any, expected: set[str]
) -> None:
    deeds = {"none": [], "one": bought(1), "two": bought(1, 1), "three": bought(1, 1, 1)}
    assert who(Did("Bought", count=Count(op, value)), deeds) == expected
    zero = {"none"} if op in ("<", "<=", "!=") else set()
    assert who(Did("Bought", count=Count(op, value, include_zero=True)), deeds) == expected | zero


def test_sum_and_average_leave_out_who_never_did_too(who: Who) -> None:
    deeds = {"none": [], "little": bought(3), "much": bought(30)}
    for kind in (DidSum, DidAverage):
        assert who(kind("Bought", "price", Amount("<", 10)), deeds) == {"little"}
        zero = kind("Bought", "price", Amount("<", 10, include_zero=True))
        assert who(zero, deeds) == {"none", "little"}


def test_did_any_of_counts_over_all_of_them(who: Who) -> None:
    viewed = at(NOW, name="Viewed")
    deeds = {"both": bought(1) + viewed, "one": bought(1), "cheap": bought(0) + viewed}
    also = (Doing("Viewed"),)
    node = Did("Bought", (Filter("price", ">", 0),), Count(">=", 2), also=also)
    assert who(node, deeds) == {"both"}
    assert who(DidNot("Bought", (Filter("price", ">", 0),), also=also), deeds) == set()


def test_different_days_are_those_of_the_account(who: Who) -> None:
    """22:30 and 23:30 in UTC are two hours of one day there, and half an hour of two in Kyiv."""
    evening = datetime(2026, 3, 20, 21, 30, tzinfo=UTC)
    deeds = {"two days": at(evening, evening + HOUR), "one day": at(evening, evening - HOUR)}
    node = DidOnDays("Bought", count=Count(">=", 2))
    assert who(node, deeds) == {"two days"}
    assert who(node, deeds, zone="UTC") == set()


# The first time


def test_the_first_time_is_the_first_ever(who: Who) -> None:
    deeds = {"new": at(NOW - DAY, NOW), "old": at(NOW - 400 * DAY, NOW), "none": []}
    assert who(DidFirst("Bought", days=7), deeds) == {"new"}


def test_the_first_time_must_itself_pass_the_filters(who: Who) -> None:
    deeds = {
        "dear first": bought(50, at=NOW - HOUR) + bought(1),
        "cheap first": bought(1, at=NOW - HOUR) + bought(50),
        "both at once": bought(1, 50),
    }
    node = DidFirst("Bought", (Filter("price", ">=", 50),), days=7)
    assert who(node, deeds) == {"dear first", "both at once"}


# The most frequent value


def test_a_tie_is_no_most_frequent_value(who: Who) -> None:
    deeds = {
        "mostly": bought("tea", "tea", "rum"),
        "tie": bought("tea", "rum"),
        "two others": bought("tea", "tea", "rum", "rum", 1),
        "never": bought("rum"),
        "in lists": bought(["tea"], ["tea"], "rum"),
    }
    assert who(DidMostly("Bought", "price", "tea"), deeds) == {"mostly"}


def test_a_share_counts_the_events_without_the_property_too(who: Who) -> None:
    deeds = {"half": bought("tea", ...), "third": bought("tea", ..., 5), "none": []}
    assert who(DidShare("Bought", "price", "tea", 50), deeds) == {"half"}
    assert who(DidShare("Bought", "price", "tea", 33), deeds) == {"half", "third"}


def test_values_are_told_apart_by_their_type(who: Who) -> None:
    deeds = {"number": bought(1, 1.0, "1"), "text": bought("1", "1", 1), "flag": bought(True, True)}
    assert who(DidMostly("Bought", "price", 1), deeds) == {"number"}
    assert who(DidMostly("Bought", "price", "1"), deeds) == {"text"}
    assert who(DidMostly("Bought", "price", True), deeds) == {"flag"}


# Ranges


def test_the_last_days_start_at_midnight_of_the_account(who: Who) -> None:
    start = datetime(2026, 3, 25, 22, 0, tzinfo=UTC)  # 26 March, 00:00 in Kyiv, before the change
    deeds = {"in": at(start), "before": at(start - A_MS), "now": at(NOW), "later": at(NOW + A_MS)}
    assert who(Did("Bought", days=3), deeds) == {"in", "now"}


def test_hours_and_minutes_are_exact(who: Who) -> None:
    deeds = {"in": at(NOW - 6 * HOUR), "before": at(NOW - 6 * HOUR - A_MS)}
    assert who(Did("Bought", period=Hours(6)), deeds) == {"in"}
    assert who(Did("Bought", period=Minutes(360)), deeds) == {"in"}


def test_days_ago_are_whole_days_in_either_order(who: Who) -> None:
    first = datetime(2026, 3, 26, 22, 0, tzinfo=UTC)  # 27 March, 00:00 in Kyiv
    end = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # 29 March, 00:00
    deeds = {"in": at(first), "last": at(end - A_MS), "before": at(first - A_MS), "after": at(end)}
    for between in ((1, 2), (2, 1)):
        assert who(Did("Bought", period=DaysAgo(between)), deeds) == {"in", "last"}


def test_dates_include_both_ends(who: Who) -> None:
    first = datetime(2026, 3, 9, 22, 0, tzinfo=UTC)  # 10 March, 00:00 in Kyiv
    deeds = {
        "in": at(first),
        "last": at(first + 2 * DAY - A_MS),
        "before": at(first - A_MS),
        "after": at(first + 2 * DAY),
    }
    assert who(Did("Bought", period=Dates("2026-03-10", "2026-03-11")), deeds) == {"in", "last"}
    assert who(Did("Bought", period=Dates(None, "2026-03-09")), deeds) == {"before"}
    assert who(Did("Bought", period=Dates("2026-03-12")), deeds) == {"after"}


def test_the_time_of_day_is_that_of_the_user(who: Who) -> None:
    """20:30 in UTC is 22:30 in Kyiv, and 16:30 in New York that day."""
    evening = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
    deeds = {name: at(evening) for name in ("at home", "unknown", "away")}
    zones = {"at home": KYIV, "away": "America/New_York"}
    node = Did("Bought", time_of_day=("22:00", "06:00"))
    assert who(node, deeds, zones=zones) == {"at home", "unknown"}


def test_the_hour_that_a_clock_change_moves_is_moved(who: Who) -> None:
    """05:30 in UTC was 07:30 in Kyiv the day before its clocks went forward, and 08:30 then."""
    after = datetime(2026, 3, 29, 5, 30, tzinfo=UTC)
    deeds = {"after": at(after), "before": at(after - DAY)}
    assert who(Did("Bought", time_of_day=("08:00", "09:00")), deeds) == {"after"}


def test_the_day_of_the_week_is_that_of_the_user(who: Who) -> None:
    """Friday 23:00 in UTC is Saturday in Kyiv."""
    deeds = {"kyiv": at(datetime(2026, 3, 27, 23, 0, tzinfo=UTC)), "reykjavik": []}
    deeds["reykjavik"] = deeds["kyiv"]
    zones = {"reykjavik": "Atlantic/Reykjavik"}
    node = Did("Bought", weekdays=("saturday", "sunday"))
    assert who(node, deeds, zones=zones) == {"kyiv"}


# One value held across events


def seen(*products: Any, name: str = "Viewed", key: str = "product") -> list[Done]:
    return [(name, NOW, {key: product}) for product in products]


def test_the_same_value_is_viewed_and_not_bought(who: Who) -> None:
    deeds = {
        "left it": seen("tea", "tea") + seen("rum", name="Bought", key="sku"),
        "bought it": seen("tea", "tea") + seen("tea", name="Bought", key="sku"),
        "one of each": seen("tea", "rum"),
        "no value": seen(None, None, [1], [1]),
        "two types": seen(1, "1", True),
    }
    node = SameValue(
        "product", (Step("Viewed", count=Count(">=", 2)),), (StepNot("Bought", property="sku"),)
    )
    assert who(node, deeds) == {"left it"}
    without = SameValue("product", node.did)
    assert who(without, deeds) == {"left it", "bought it"}
    assert who(Not(node), deeds) == deeds.keys() - {"left it"}


# Who a user is


def test_who_turns_18_today_is_18(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        "today": {"birthday": "2008-03-29"},
        "tomorrow": {"birthday": "2008-03-30"},
        "given": {"age": 18},
        "born counts": {"birthday": "2008-03-30", "age": 18},
        "unknown": {},
    }
    assert who(Age(">=", 18), traits=traits) == {"today", "given"}
    assert who(Age("<", 18), traits=traits) == {"tomorrow", "born counts"}
    assert who(Age("between", (17, 17)), traits=traits) == {"tomorrow", "born counts"}


def test_gender_is_read_as_it_is_written(who: Who) -> None:
    traits = {"a": {"gender": "F"}, "b": {"Gender": "Female"}, "c": {"gender": "m"}}
    assert who(Gender("female"), traits=traits) == {"a", "b"}


def test_geography_is_read_from_the_profile_or_its_address(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        "plain": {"country": "NO", "city": "oslo"},
        "address": {"address": {"country": "no", "city": "Oslo"}},
        "elsewhere": {"country": "NO", "city": "Bergen"},
    }
    node = Geography(country=("NO", "SE"), city=("Oslo",))
    assert who(node, traits=traits) == {"plain", "address"}


def test_several_places_are_any_of_them(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        "oslo": {"latitude": 59.9139, "longitude": 10.7522},
        "bergen": {"latitude": 60.3913, "longitude": 5.3221},
        "kyiv": {"latitude": 50.4501, "longitude": 30.5234},
        "unknown": {"latitude": "59.9", "longitude": 10.7},
    }
    oslo = Place(59.9139, 10.7522, 304)  # Bergen is 305 km away
    assert who(Near((oslo,)), traits=traits) == {"oslo"}
    assert who(Near((oslo, Place(50, 30, 100))), traits=traits) == {"oslo", "kyiv"}
    assert who(Near((Place(59.9139, 10.7522, 306),)), traits=traits) == {"oslo", "bergen"}


def test_one_device_must_meet_all_conditions(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        "one": {"devices": [{"os": "iOS", "app_version": "5.9"}]},
        "split": {"devices": [{"os": "iOS", "app_version": "5.10"}, {"app_version": "5.9"}]},
        "none": {},
    }
    node = Device((Filter("os", "equals", "iOS"), Filter("app_version", "<", "5.10")))
    assert who(node, traits=traits) == {"one"}
    apart = All((Device(node.where[:1]), Device(node.where[1:])))
    assert who(apart, traits=traits) == {"one", "split"}


def test_versions_compare_by_their_numbers(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        version: {"devices": [{"app_version": version}]}
        for version in ("5.9", "5.10", "5.10.0", "6", "5.9-beta", "beta")
    }
    found = who(Device((Filter("app_version", ">=", "5.10"),)), traits=traits)
    assert found == {"5.10", "5.10.0", "6", "5.9-beta", "beta"}  # the last two as text


def test_reachability_is_an_address_or_a_refusal(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {
        "mail": {"email": "a@b.example", "unsubscribed_email": True},
        "empty": {"email": "", "MSG-email": False},
        "push": {"devices": [{"push_token": "t"}]},
        "phone": {"phone": "+47"},
    }
    found = [
        who(Reachability(value), traits=traits)
        for value in ("email", "phone", "push", "unsubscribed_email", "unsubscribed_sms")
    ]
    assert found == [{"mail"}, {"phone"}, {"push"}, {"mail", "empty"}, set()]


def test_a_missing_property_meets_nothing_but_does_not_exist(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {"has": {"plan": "pro"}, "list": {"plan": ["x", "pro"]}}
    traits["none"] = {}
    assert who(Property("plan", "equals", "pro"), traits=traits) == {"has", "list"}
    assert who(Property("plan", "not_equals", "pro"), traits=traits) == {"list"}
    assert who(Property("plan", "does_not_exist"), traits=traits) == {"none"}
    assert who(Not(Property("plan", "equals", "pro")), traits=traits) == {"none"}


def test_relative_dates_start_with_days_of_the_account(who: Who) -> None:
    traits = {
        "soon": {"renews": "2026-03-31T20:59:59Z"},
        "later": {"renews": "2026-03-31T21:00:00Z"},
    }
    assert who(Property("renews", "in_next_days", 2), traits=traits) == {"soon"}
    assert who(Property("renews", "after_next_days", 2), traits=traits) == {"later"}


def test_lists_and_saved_audiences_are_included_and_excluded(who: Who) -> None:
    traits: dict[str, dict[str, Any]] = {"a": {"plan": "pro"}, "b": {"plan": "pro"}, "c": {}}
    saved: dict[str, Node] = {"pros": Property("plan", "equals", "pro")}
    lists = {"staff": {"b", "nobody"}}
    node = All((Saved("pros"), Not(CustomList("staff"))))
    assert who(node, traits=traits, saved=saved, lists=lists) == {"a"}
    either = AnyOf((CustomList("staff"), Not(Saved("pros"))))
    assert who(either, traits=traits, saved=saved, lists=lists) == {"b", "c"}
