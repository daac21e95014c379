from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain.audience import Did, Node, Saved
from domain.campaign import Campaign, content_hash
from tests.domain.definitions import PAST

WHOLE = {
    "name": "Cart",
    "kind": "live",
    "labels": ["a", "b"],
    "trigger": {
        "event": "Added",
        "where": [{"property": "price", "op": "between", "value": [1, 2]}],
    },
    "who": {
        "type": "all",
        "of": [
            {
                "type": "did",
                "event": "Viewed",
                "where": [{"property": "sku", "op": "equals", "value": "x"}],
                "count": {"op": "<", "value": 3, "include_zero": True},
                "days": 30,
            },
            {"type": "not", "of": {"type": "property", "name": "plan", "op": "exists"}},
            {"type": "any", "of": [{"type": "did_not", "event": "Order", "days": 7}]},
        ],
    },
    "when": {"start": "2027-01-01T09:00", "end": "2027-02-01T09:00", "zone": "UTC"},
    "what": {
        "event": "Sent",
        "email": False,
        "identity": False,
        "profile": ["first_name"],
        "event_properties": ["price"],
        "key_values": {"title": "Hi"},
        "required": ["title"],
    },
    "limits": {
        "cap_total": 1,
        "cap_per_day": 2,
        "cap_per_run": 3,
        "safety_limit": 4,
        "control_percent": 5,
    },
    "do_not_disturb": {"start": "22:00", "end": "08:00", "mode": "discard"},
    "on_pause": "hold",
    "delivery": {"on_ambiguous": "retry", "expires_minutes": 30},
}

OTHERS = {"between": "in", "equals": "contains", "<": ">", "exists": "does_not_exist"} | {
    "live": "past_behaviour",
    "discard": "delay",
    "hold": "drop",
    "retry": "hold",
}


def other(leaf: Any) -> Any:
    """Return another value that may stand in the same place."""
    match leaf:
        case bool():
            return not leaf
        case int():
            return leaf + 1
        case _:
            return OTHERS.get(leaf, leaf + "x")


def changed(value: Any) -> Iterator[Any]:
    """Yield the data with one leaf changed, for each leaf but the names of node types."""
    match value:
        case dict():
            for key in value.keys() - {"type"}:
                yield from ({**value, key: inner} for inner in changed(value[key]))
        case list():
            for at, item in enumerate(value):
                yield from ([*value[:at], inner, *value[at + 1 :]] for inner in changed(item))
        case _:
            yield other(value)


def test_a_change_of_any_leaf_of_the_definition_changes_the_hash() -> None:
    hashes = [content_hash(msgspec.convert(data, Campaign)) for data in changed(WHOLE)]
    assert len(hashes) == 42
    assert len({*hashes, content_hash(msgspec.convert(WHOLE, Campaign))}) == 43


@pytest.mark.parametrize(
    ("campaign", "digest"),
    [
        (PAST, "e8bf57f1d998a33260999b3b8b0c84d2ca4038f1e1b6f765388a245cc52a09b0"),
        (
            msgspec.convert({k: v for k, v in WHOLE.items() if k != "delivery"}, Campaign),
            "b7b75bd4db9ec9860ed077121a9daf3c0b06781fa790aa65ff403599ceabcbc5",
        ),
        (
            msgspec.convert(WHOLE, Campaign),
            "fa1ef42ebea3f8bee6df717d7ad019307f3f122bbdc7d81cae9692435352225d",
        ),
    ],
    ids=["the least", "without delivery", "everything"],
)
def test_the_hash_of_a_content_is_the_same_for_ever(campaign: Campaign, digest: str) -> None:
    """Otherwise an upgrade would void every approval that was given before it."""
    assert content_hash(campaign) == digest


def test_what_a_saved_audience_was_is_part_of_what_is_approved() -> None:
    campaign = msgspec.structs.replace(PAST, who=Saved("Buyers"))
    trees: list[dict[str, Node]] = [
        {},
        {"Buyers": Did("Bought")},
        {"Buyers": Did("Bought", days=3)},
        {"Buyers": Saved("Buyers 2"), "Buyers 2": Did("Bought")},
        {"Payers": Did("Bought")},
    ]
    assert len({content_hash(campaign, saved) for saved in trees}) == len(trees)
