import pytest

from domain.audience import (
    EVERYONE,
    All,
    Amount,
    Count,
    Did,
    DidAverage,
    DidNot,
    DidOnDays,
    DidSum,
    Doing,
    Node,
    Not,
    SameValue,
    Step,
)
from domain.campaign import Campaign
from domain.definition import notes
from domain.nevers import never_lines, never_notes


@pytest.mark.parametrize(
    ("node", "where", "asked"),
    [
        (Did("A", count=Count(">=", 0)), "who.count", '">= 0"'),
        (Did("A", count=Count("between", (0, 5))), "who.count", '"between 0 and 5"'),
        (Did("A", count=Count("<", 3)), "who.count", '"< 3"'),
        (DidOnDays("A", count=Count("!=", 2)), "who.count", '"!= 2"'),
        (DidSum("A", "price", Amount("<=", 9.5)), "who.amount", '"<= 9.5"'),
        (DidAverage("A", "price", Amount(">", -1)), "who.amount", '"> -1"'),
        (All((EVERYONE, Not(Did("A", count=Count("<", 3))))), "who.of[1].of.count", '"< 3"'),
        (
            SameValue("sku", did=(Step("A"), Step("B", count=Count("<=", 3)))),
            "who.did[1].count",
            '"<= 3"',
        ),
    ],
)
def test_who_never_did_it_is_told_to_be_left_out_where_zero_would_do(
    node: Node, where: str, asked: str
) -> None:
    (note,) = never_notes(node, where="who")
    assert (note.where, asked in note.what, "include_zero" in note.fix) == (where, True, True)


@pytest.mark.parametrize(
    "node",
    [
        EVERYONE,
        Did("A"),
        Did("A", count=Count(">", 0)),
        Did("A", count=Count("<", 3, include_zero=True)),
        DidNot("A"),
        DidSum("A", "price", Amount("<", 0)),
        DidSum("A", "price", Amount("<", 5, include_zero=True)),
    ],
)
def test_where_nobody_is_left_out_nothing_is_told(node: Node) -> None:
    assert list(never_notes(node, "who")) == []
    assert never_lines(node) == []


def test_the_same_left_out_twice_is_one_line_that_names_the_events() -> None:
    twice = Did("A", also=(Doing("B"),), count=Count("<=", 1))
    (line,) = never_lines(All((twice, Not(twice))))
    assert 'never did "A" or "B" do not meet "<= 1"' in line


def test_the_check_of_a_campaign_says_so() -> None:
    campaign = Campaign("A", kind="past_behaviour", who=Did("A", count=Count(">=", 0)))
    assert [note.where for note in notes(campaign, zone="UTC")] == ["who.count"]
