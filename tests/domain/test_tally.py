from typing import Any

import pytest

from domain.audience import (
    Amount,
    Count,
    Did,
    DidAverage,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
)
from domain.facts import Event
from domain.periods import DAY_MS
from domain.tally import Counted, tally


def events(*values: Any) -> list[Event]:
    return [
        Event(i, f"m{i}", "u", "A", i * DAY_MS // 2, 0, {} if value is ... else {"p": value})
        for i, value in enumerate(values)
    ]


def asked(node: Counted, values: tuple[Any, ...]) -> bool:
    counting = tally(node)("UTC")
    for event in events(*values):
        counting.add(event)
    return counting.holds()


@pytest.mark.parametrize(
    ("node", "yes", "no"),
    [
        (Did("A", count=Count("=", 2)), [(1, 2)], [(1,), (), (1, 2, 3), (1, 2, 3, 4)]),
        (DidNot("A"), [()], [(1,)]),
        (DidSum("A", "p", Amount("=", 3)), [(1, 2), (1, 2, "9", ...), (3,)], [(1,), ()]),
        (DidSum("A", "p", Amount("<", 1, include_zero=True)), [(), (-1,)], [(1,)]),
        (DidAverage("A", "p", Amount("=", 5)), [(5, 7, 13, ..., ...), (5,)], [(5, ...), ()]),
        (DidAverage("A", "p", Amount("=", 0, include_zero=True)), [(), (...,)], [(1,)]),
        (DidOnDays("A", count=Count("=", 2)), [(1, 1, 1), (1, 1, 1, 1)], [(1, 1)]),
        (DidMostly("A", "p", "x"), [("x",), ("x", "x", "y")], [("x", "y"), ("y",), ()]),
        (DidMostly("A", "p", 10**400), [], [(1,), (10**400,)]),
        (DidShare("A", "p", 1, 50), [(1, ...), (1.0,)], [(1, ..., ...), (True,), ("1",), ()]),
        (DidShare("A", "p", 10**400, 50), [], [(1,), (10**400,)]),
    ],
)
def test_a_condition_holds_for_these_events_and_not_for_those(
    node: Counted, yes: list[Any], no: list[Any]
) -> None:
    assert [asked(node, each) for each in yes] == [True] * len(yes)
    assert [asked(node, each) for each in no] == [False] * len(no)


@pytest.mark.parametrize(
    ("node", "certain_after"),
    [
        (Did("A"), 2),
        (Did("A", count=Count("<", 3)), 4),
        (Did("A", count=Count("between", (2, 5))), 6),
        (DidNot("A"), 1),
        (DidOnDays("A", count=Count(">=", 2)), 5),
        (DidSum("A", "p", Amount(">", 0)), None),
        (DidAverage("A", "p", Amount(">", 0)), None),
        (DidMostly("A", "p", 1), None),
        (DidShare("A", "p", 1, 50), None),
    ],
)
def test_a_count_says_when_no_further_event_changes_its_answer(
    node: Counted, certain_after: int | None
) -> None:
    counting = tally(node)("UTC")
    certain = [n for n, event in enumerate(events(*[1] * 9), 1) if counting.add(event)]
    assert certain == ([] if certain_after is None else list(range(certain_after, 10)))


@pytest.mark.parametrize(
    "node",
    [
        Did("A", count=Count("=", 3)),
        DidOnDays("A", count=Count("=", 2)),
        DidSum("A", "p", Amount("=", 7)),
        DidAverage("A", "p", Amount("=", 4)),
        DidMostly("A", "p", 3),
        DidShare("A", "p", 3, 30),
    ],
)
def test_what_is_counted_no_longer_is_as_if_it_had_never_been(node: Counted) -> None:
    values = (1, 1, 9, 3, 3, 1)
    counting = tally(node)("UTC")
    for event in events(*values):
        counting.add(event)
    told = []
    for n, event in enumerate(events(*values), 1):
        counting.drop(event)
        late = tally(node)("UTC")
        for other in events(*values)[n:]:
            late.add(other)
        assert (counting.holds(), counting.size()) == (late.holds(), late.size())
        told.append(late.holds())
    assert len(set(told)) == 2


def test_what_is_told_apart_is_counted() -> None:
    mostly, days = tally(DidMostly("A", "p", 1))("UTC"), tally(DidOnDays("A"))("UTC")
    for event in events(1, "1", True, 1.0, None, 1):
        mostly.add(event)
        days.add(event)
    assert (mostly.size(), days.size()) == (3, 3)
