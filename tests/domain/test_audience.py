from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings

from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Comparison,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Operator,
    Property,
)
from tests.domain.definitions import nodes

DECODER: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)


def decoded(data: object) -> Node:
    return DECODER.decode(msgspec.json.encode(data))


@pytest.mark.parametrize(
    ("data", "node"),
    [
        ({"type": "all", "of": []}, EVERYONE),
        (
            {"type": "any", "of": [{"type": "did_not", "event": "Order", "days": 3}]},
            AnyOf((DidNot("Order", days=3),)),
        ),
        ({"type": "not", "of": {"type": "all", "of": []}}, Not(All(()))),
        (
            {"type": "property", "name": "plan", "op": "in", "value": ["a", 1]},
            Property("plan", "in", ("a", 1)),
        ),
        (
            {
                "type": "did",
                "event": "Order",
                "where": [{"property": "price", "op": ">=", "value": 50}],
                "count": {"op": "<", "value": 3, "include_zero": True},
            },
            Did("Order", (Filter("price", ">=", 50),), Count("<", 3, include_zero=True)),
        ),
    ],
)
def test_a_condition_is_read_from_plain_data(data: object, node: Node) -> None:
    assert decoded(data) == node


@settings(max_examples=60)
@given(nodes)
def test_every_tree_is_read_back_as_it_was_written(node: Node) -> None:
    assert DECODER.decode(msgspec.json.encode(node)) == node


@pytest.mark.parametrize(
    "data",
    [
        {"type": "perhaps", "of": []},
        {"of": []},
        {"type": "all"},
        {"type": "all", "of": [], "or": []},
        {"type": "not", "of": []},
        {"type": "property", "name": "plan", "op": "is", "value": 1},
        {"type": "property", "name": "plan", "op": "equals", "value": {"a": 1}},
        {"type": "did", "event": "Order", "count": {"op": "=="}},
        {"type": "did", "event": "Order", "count": {"value": "2"}},
        {"type": "did", "event": "Order", "hours": 2},
        {"type": "did_not", "event": "Order", "count": {"value": 2}},
    ],
    ids=str,
)
def test_the_tree_is_closed(data: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoded(data)


@pytest.mark.parametrize("value", [True, 1, 1.5, "1"])
def test_a_value_keeps_its_kind(value: Any) -> None:
    node = decoded({"type": "property", "name": "x", "op": "equals", "value": value})
    assert isinstance(node, Property)
    assert (node.value, type(node.value)) == (value, type(value))


def test_users_and_events_are_compared_in_the_same_words() -> None:
    for op in get_args(Operator):
        assert isinstance(decoded({"type": "property", "name": "x", "op": op}), Property)
        where = [{"property": "x", "op": op}]
        assert isinstance(decoded({"type": "did_not", "event": "E", "where": where}), DidNot)


def test_a_count_says_how_often_in_seven_ways() -> None:
    assert set(get_args(Comparison)) == {"<", "<=", "=", "!=", ">=", ">", "between"}
    assert Count() == Count(">=", 1, include_zero=False)


def test_conditions_can_stand_in_a_set() -> None:
    assert len({EVERYONE, All(()), Not(EVERYONE), Did("A"), Did("A", days=1)}) == 4
