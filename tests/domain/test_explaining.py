import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audience import All, AnyOf, Count, Did, DidNot, Filter, Node, Not, Property
from domain.campaign import Trigger
from domain.explaining import failing_filters, failing_parts
from domain.facts import Event, User
from domain.matching import compile_trigger, matches

NOW = 1_790_000_000_000
ANN = User("ann", 1, {"country": "NO", "secret": "ann@example.com"})
BOUGHT = Event(1, "e1", "ann", "Bought", NOW, NOW, {"price": 20, "note": "ann@example.com"})
NODES: st.SearchStrategy[Node] = st.recursive(
    st.sampled_from(
        [
            Property("country", "equals", "NO"),
            Property("secret", "contains", "bob"),
            Property("plan", "exists"),
            Did("Bought", (Filter("price", ">", 50),)),
            Did("Bought", count=Count("=", 1)),
            DidNot("Bought"),
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(All),
        st.lists(inner, max_size=3).map(tuple).map(AnyOf),
        inner.map(Not),
    ),
    max_leaves=6,
)


@given(NODES)
def test_a_part_fails_exactly_when_the_audience_does_and_no_value_is_told(node: Node) -> None:
    holds = matches(node, ANN, [BOUGHT], now_ms=NOW, zone="UTC")
    lines = failing_parts(node, ANN, [BOUGHT], now_ms=NOW, zone="UTC")
    assert bool(lines) is not holds
    assert "ann@example.com" not in " ".join(lines)


@given(
    st.lists(
        st.sampled_from([Filter("price", ">", 5), Filter("price", ">", 50), Filter("x", "exists")])
    )
)
def test_a_filter_fails_exactly_when_the_trigger_does(filters: list[Filter]) -> None:
    trigger = Trigger("Bought", tuple(filters))
    assert bool(failing_filters(trigger, BOUGHT)) is not compile_trigger(trigger)(BOUGHT)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            Filter("price", ">=", 50),
            "the trigger asks for price at least 50, which its value does not meet",
        ),
        (Filter("size", "exists"), "the trigger asks for size is known, and there is none"),
    ],
)
def test_it_says_which_comparison_failed_and_whether_there_was_a_value(
    asked: Filter, said: str
) -> None:
    assert failing_filters(Trigger("Bought", (asked,)), BOUGHT) == [said]


def test_each_part_of_an_all_is_told_and_an_any_as_one() -> None:
    node = All(
        (
            Property("country", "equals", "NO"),
            Property("plan", "equals", "pro"),
            AnyOf((Did("Viewed"), Property("vip", "equals", True))),
        )
    )
    assert failing_parts(node, ANN, [], now_ms=NOW, zone="UTC") == [
        'the audience asks that plan is "pro", and there is none',
        'none of: did "Viewed" at least once; vip is true',
    ]
