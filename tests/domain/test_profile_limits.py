from typing import Any

import pytest

from domain.profile_limits import over_limits


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
