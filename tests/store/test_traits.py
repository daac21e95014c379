from typing import Any

import pytest

from domain.profile_limits import KEYS_MAX
from store.traits import Merged, join, merge, unknown_zone_of, zone_of

FULL = {f"k{n}": n for n in range(KEYS_MAX)}


def test_a_change_lays_itself_over_the_traits_key_by_key() -> None:
    assert merge({"a": 1, "b": 2}, {"b": 3, "c": [1]}) == Merged({"a": 1, "b": 3, "c": [1]})


def test_null_removes_a_key_and_is_no_value_of_its_own() -> None:
    assert merge({"a": 1, "b": 2}, {"a": None, "never": None}) == Merged({"b": 2})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("k" * 121, 1),
        ("long", "x" * 513),
        ("deep", {"x": "y" * 512}),
        ("some", ["fine", "x" * 513]),
    ],
)
def test_a_key_over_a_limit_is_left_out_alone(key: str, value: Any) -> None:
    assert merge({"a": 1}, {key: value, "b": 2}) == Merged({"a": 1, "b": 2}, trimmed=1)


@pytest.mark.parametrize(
    ("key", "value"), [("k" * 120, 1), ("long", "ü" * 512), ("some", ["x" * 512] * 100)]
)
def test_a_key_exactly_at_its_limit_is_kept(key: str, value: Any) -> None:
    assert merge({}, {key: value}) == Merged({key: value})


def test_a_value_over_a_limit_leaves_what_was_known_under_its_key() -> None:
    assert merge({"name": "Ann"}, {"name": "x" * 513}) == Merged({"name": "Ann"}, trimmed=1)


def test_a_full_profile_takes_no_new_key_but_changes_the_ones_it_has() -> None:
    merged = merge(FULL, {"new": 1, "k0": "changed"})
    assert merged == Merged({**FULL, "k0": "changed"}, trimmed=1)


def test_a_key_that_is_removed_makes_room_for_one_named_before_it() -> None:
    merged = merge(FULL, {"new": 1, "k0": None})
    assert merged.trimmed == 0
    assert merged.traits["new"] == 1


def test_a_list_keeps_its_newest_hundred_items() -> None:
    assert merge({}, {"seen": list(range(130))}) == Merged({"seen": list(range(30, 130))}, 1)


@pytest.mark.parametrize(
    ("traits", "zone"),
    [
        ({"timezone": "europe/kyiv"}, "Europe/Kyiv"),
        ({"time_zone": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"timezone": "nowhere", "tz": "Europe/Oslo"}, "Europe/Oslo"),
        ({"timezone": 5}, None),
        ({}, None),
    ],
)
def test_the_zone_is_the_first_one_that_the_traits_name_and_we_know(
    traits: dict[str, Any], zone: str | None
) -> None:
    assert zone_of(traits) == zone


def test_a_profile_that_joins_another_fills_what_that_lacks() -> None:
    older = {"city": "Oslo", "plan": "free", "seen": ["a", "b"]}
    own = {"plan": "pro", "seen": ["b", "c"]}
    assert join(older, own).traits == {"city": "Oslo", "plan": "pro", "seen": ["a", "b", "c"]}


def test_a_full_profile_that_is_joined_keeps_its_own_keys() -> None:
    joined = join({"new": 1}, FULL)
    assert (joined.traits, joined.trimmed) == (FULL, 1)


def test_an_operation_changes_what_is_known() -> None:
    merged = merge({"seen": ["a"], "n": 2}, {"seen": {"$add": ["b"]}, "n": {"$incr": 3}})
    assert merged.traits == {"seen": ["a", "b"], "n": 5}


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"timezone": "Mars/Olympus", "tz": "Asia/Tokyo"}, None),
        ({"timezone": "x" * 500}, "x" * 64),
        ({"timezone": " ", "tz": 7}, None),
        ({}, None),
    ],
)
def test_a_zone_that_nobody_knows_is_remembered_as_it_was_said(
    traits: dict[str, Any], said: str | None
) -> None:
    assert unknown_zone_of(traits) == said
