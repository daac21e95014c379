from typing import Any

import pytest

from domain.trait_change import changed, joined


@pytest.mark.parametrize(
    ("held", "change", "after"),
    [
        (1, 2, 2),
        (1, None, None),
        (["a"], {"$add": ["b", "c"]}, ["a", "b", "c"]),
        (["a", "b"], {"$add": "a"}, ["b", "a"]),
        ([1], {"$add": [True]}, [1, True]),
        (None, {"$add": ["a"]}, ["a"]),
        ("text", {"$add": ["a"]}, ["a"]),
        (["a", "b"], {"$remove": ["a"]}, ["b"]),
        (["a"], {"$remove": ["a"]}, None),
        (["a"], {"$set": ["z"]}, ["z"]),
        ("x", {"$delete": 1}, None),
        (2, {"$incr": 3}, 5),
        (None, {"$incr": 3}, 3),
        (2, {"$decr": 0.5}, 1.5),
        ("text", {"$incr": 1}, 1),
        (2, {"$incr": "x"}, 2),
        (1e308, {"$incr": 1e308}, 1e308),
        (1, {"$unknown": 1}, {"$unknown": 1}),
        (1, {"$add": [1], "$remove": [2]}, {"$add": [1], "$remove": [2]}),
    ],
)
def test_a_change_replaces_or_works_on_what_is_known(held: Any, change: Any, after: Any) -> None:
    found = changed(held, change)
    assert (found, type(found)) == (after, type(after))


def test_of_two_lists_a_person_has_both_and_of_two_texts_the_newer() -> None:
    assert joined(["a", "b"], ["b", "c"]) == ["a", "b", "c"]
    assert joined("old", "new") == "new"
