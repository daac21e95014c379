from typing import Any

import pytest

from domain.audience import (
    Aggregate,
    Amount,
    Count,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
)
from domain.facts import Event
from domain.periods import DAY_MS, Window
from domain.tally import is_first, tally


def events(*values: Any) -> list[Event]:
    return [
        Event(i, f"m{i}", "u", "A", i * DAY_MS // 2, 0, {} if value is ... else {"p": value})
        for i, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("node", "yes", "no"),
    [
        (Did("A", count=Count("=", 2)), [(1, 2)], [(1,), ()]),
        (DidNot("A"), [()], [(1,)]),
        (DidFirst("A"), [(1,)], [()]),
        (DidSum("A", "p", Amount("=", 3)), [(1, 2), (1, 2, "9", ...), (3,)], [(1,), ()]),
        (DidSum("A", "p", Amount("<", 1, include_zero=True)), [(), (-1,)], [(1,)]),
        (DidAverage("A", "p", Amount("=", 5)), [(5, 7, 13, ..., ...), (5,)], [(5, ...), ()]),
        (DidAverage("A", "p", Amount("=", 0, include_zero=True)), [(), (...,)], [(1,)]),
        (DidOnDays("A", count=Count("=", 2)), [(1, 1, 1), (1, 1, 1, 1)], [(1, 1)]),
        (DidMostly("A", "p", "x"), [("x",), ("x", "x", "y")], [("x", "y"), ("y",), ()]),
        (DidMostly("A", "p", 10**400), [], [(1,), (10**400,)]),
        (DidShare("A", "p", 1, 50), [(1, ...), (1.0,)], [(1, ..., ...), (True,), ("1",), ()]),
    ],
)
def test_a_condition_holds_for_these_events_and_not_for_those(
    node: Aggregate, yes: list[Any], no: list[Any]
) -> None:
    asks = tally(node)
    assert [asks(events(*each), "UTC") for each in yes] == [True] * len(yes)
    assert [asks(events(*each), "UTC") for each in no] == [False] * len(no)


def test_the_first_of_all_must_lie_in_the_window() -> None:
    every = events(1, 2, 3)
    assert is_first(every, every, Window(0, 1))
    assert is_first(every, every, Window(None, 1))
    assert not is_first(every, every, Window(1, 10**12))
    assert not is_first(every, every, Window(None, 0))
    assert not is_first(every, every[1:], Window(None, 10**12))
    assert not is_first([], [], Window(None, 10**12))
