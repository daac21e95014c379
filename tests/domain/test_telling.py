import pytest
from hypothesis import given

from domain.audience import (
    Amount,
    Count,
    CustomList,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Hours,
    Node,
    Not,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.telling import describe_node
from tests.domain.definitions import nodes, sweep


@pytest.mark.parametrize(
    ("node", "lines"),
    [
        (DidFirst("A", days=7), ['did "A" for the first time ever in the last 7 days']),
        (DidFirst("A"), ['did "A" for the first time ever, at any time']),
        (
            DidSum("A", "price", Amount(">=", 99.5), (Filter("x", "exists"),), 30),
            ['did "A" with a total price of at least 99.5 in the last 30 days, with x is known'],
        ),
        (
            DidAverage("A", "price", Amount("<", 10)),
            ['did "A" with an average price under 10'],
        ),
        (DidOnDays("A", count=Count(">=", 5)), ['did "A" on at least 5 days']),
        (DidMostly("A", "genre", "jazz"), ['did "A" most often with genre "jazz"']),
        (
            DidShare("A", "genre", "jazz", 30),
            ['did "A" in at least 30 % of cases with genre "jazz"'],
        ),
        (
            DidNot("A", (Filter("x", ">", 1),), also=(Doing("B"),), period=Hours(2)),
            ['did not do any of ("A" with x over 1; "B") in the last 2 hours'],
        ),
        (
            Not(
                SameValue(
                    "product_id",
                    (Step("Viewed", count=Count(">=", 3)),),
                    (StepNot("Bought", property="sku", days=7),),
                )
            ),
            [
                "not: for one and the same product_id:",
                '  did "Viewed" at least 3 times',
                '  did not do "Bought" in the last 7 days (there it is called sku)',
            ],
        ),
        (Saved("Buyers"), ['in the saved audience "Buyers"']),
        (Not(CustomList("VIPs")), ['not: in the list "VIPs"']),
    ],
)
def test_what_users_did_is_told_in_plain_english(node: Node, lines: list[str]) -> None:
    assert describe_node(node) == lines


@sweep
@given(nodes)
def test_every_audience_can_be_told(node: Node) -> None:
    assert all(describe_node(node))
