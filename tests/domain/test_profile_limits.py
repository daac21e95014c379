from typing import Any

import pytest

from domain.behaviour import Filter
from domain.profile_limits import named, over_limits, within
from domain.rules_filters import filter_problems


@pytest.mark.parametrize(
    ("key", "value", "found", "limit"),
    [
        ("k" * 121, 1, "121", "120"),
        ("bio", "x" * 513, "513", "512"),
        ("deep", {"x": "y" * 512}, "520", "512"),
        ("some", ["fine", "x" * 600], "600", "512"),
        ("many", list(range(101)), "101", "100"),
    ],
)
def test_each_limit_has_its_own_words_with_the_limit_and_what_was_found(
    key: str, value: Any, found: str, limit: str
) -> None:
    (over,) = over_limits({"fine": 1, key: value})
    assert (over.key, found in over.what, limit in over.what) == (key, True, True)
    assert over.fix


def test_all_of_a_profile_is_told_at_once() -> None:
    assert len(list(over_limits({"k" * 121: 1, "bio": "x" * 513, "ok": "x" * 512}))) == 2


@pytest.mark.parametrize("value", ["ü" * 512, ["x" * 512] * 100, True, 10**30, None])
def test_what_is_exactly_at_a_limit_is_kept(value: Any) -> None:
    assert list(over_limits({"k" * 120: value})) == []


@pytest.mark.parametrize("change", [{"$incr": "q"}, {"$decr": True}, {"$incr": [1]}])
def test_counting_by_what_is_no_number_is_told(change: Any) -> None:
    kept, (over,) = within({"visits": change, "plan": "pro"})
    assert (kept, over.key) == ({"plan": "pro"}, "visits")
    assert next(iter(change)) in over.what


def test_what_an_operation_adds_is_measured_item_by_item() -> None:
    """As JSON the object around the list would be over the limit of a value."""
    traits = {"tags": {"$set": ["x" * 30] * 50}, "groups": {"$add": ["x" * 500]}}
    assert within(traits) == (traits, ())
    assert [over.key for over in over_limits({"tags": {"$add": ["x" * 513]}})] == ["tags"]


def test_an_events_property_has_a_name_that_a_condition_can_ask() -> None:
    asked = Filter("k" * 120, "exists")
    assert list(filter_problems((asked,), "where")) == []
    kept, over = named({"k" * 120: 1, "k" * 121: 2})
    assert (kept, [each.key for each in over]) == ({"k" * 120: 1}, ["k" * 121])
