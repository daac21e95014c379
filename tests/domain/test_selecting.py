"""How much of a past a condition reads, and what it carries on."""

from collections.abc import Collection, Iterable

import pytest
from msgspec.structs import replace

from domain import selecting
from domain.audience import (
    AnyOf,
    Count,
    Did,
    DidFirst,
    DidMostly,
    DidNot,
    Doing,
    Filter,
    Hours,
    Node,
    SameValue,
    Step,
)
from domain.facts import Event, User
from domain.matching import compile_node, constant_values
from domain.past import Carried, Memory, Remembered
from domain.periods import HOUR_MS, Window

ANNA = User("anna", 1)
NOW_MS = 100 * HOUR_MS


def did(seq: int, name: str = "A", **properties: object) -> Event:
    return Event(seq, f"m{seq}", "anna", name, NOW_MS - HOUR_MS + seq, 0, properties)


class Noted(Remembered):
    """A past that counts how many of its events are asked for."""

    def __init__(self, events: list[Event], memory: Memory | None = None) -> None:
        super().__init__(events)
        self.upto_seq = max((each.seq for each in events), default=0)
        self.memory = memory
        self.read = 0

    def between(self, names: Collection[str], window: Window) -> Iterable[Event]:
        """Count each."""
        for event in super().between(names, window):
            self.read += 1
            yield event

    def beyond(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """Count those that are new."""
        for event in Remembered([*super().between(names, window)]).beyond(names, window, counted):
            self.read += 1
            yield event

    def before(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """Count those that are too old."""
        everything = Remembered([*super().between(names, counted.window)])
        for event in everything.before(names, window, counted):
            self.read += 1
            yield event


MANY = [did(n, p=n % 3) for n in range(1, 1_001)]


def empty() -> Memory:
    return {}


@pytest.mark.parametrize(
    ("node", "holds", "read"),
    [
        (Did("A"), True, 2),
        (Did("A", count=Count("<", 5)), False, 6),
        (DidNot("A"), False, 1),
        (Did("A", (Filter("p", "equals", 1),)), True, 4),
        (Did("A", (Filter("p", "equals", 9),)), False, 1_000),
        (DidFirst("A", (Filter("p", "equals", 1),)), True, 1),
        (DidMostly("A", "p", 1), True, 1_000),
        (SameValue("p", (Step("A", count=Count(">=", 9)),)), True, 1_000),
    ],
)
def test_so_much_is_read_as_decides(node: Node, holds: bool, read: int) -> None:
    past = Noted(MANY)
    assert compile_node(node)(ANNA, past, NOW_MS, "UTC") is holds
    assert past.read == read


def test_with_a_memory_only_what_is_new_is_read() -> None:
    ask = compile_node(DidMostly("A", "p", 1))
    memory: Memory = {}
    for known, read in ((999, 999), (1_000, 1), (1_000, 0)):
        past = Noted(MANY[:known], memory)
        ask(ANNA, past, NOW_MS, "UTC")
        assert past.read == read


def test_a_count_that_is_certain_reads_nothing_more() -> None:
    ask, memory = compile_node(Did("A")), empty()
    assert ask(ANNA, Noted(MANY[:9], memory), NOW_MS, "UTC")
    past = Noted(MANY, memory)
    assert ask(ANNA, past, NOW_MS, "UTC")
    assert past.read == 0


@pytest.mark.parametrize(
    ("node", "later_ms", "read"),
    [
        (Did("A", (Filter("until", "before_last_days", 2),)), HOUR_MS, 0),
        (Did("A", (Filter("until", "before_last_days", 2),)), 24 * HOUR_MS, 1_000),
        (Did("A", (Filter("until", "in_next_days", 2),)), 0, 0),
        (Did("A", (Filter("until", "in_next_days", 2),)), 1, 1_000),  # begins now
    ],
)
def test_what_asks_for_days_from_today_goes_on_while_these_are_the_same(
    node: Node, later_ms: int, read: int
) -> None:
    ask, memory = compile_node(node), empty()
    ask(ANNA, Noted(MANY, memory), NOW_MS, "UTC")
    past = Noted(MANY, memory)
    ask(ANNA, past, NOW_MS + later_ms, "UTC")
    assert past.read == read


def test_a_user_who_moves_to_another_zone_is_counted_anew() -> None:
    ask, memory = compile_node(Did("A", count=Count(">=", 9_999), weekdays=("monday",))), empty()
    for zone, read in (("UTC", 1_000), ("UTC", 0), ("Asia/Tokyo", 1_000)):
        past = Noted(MANY, memory)
        ask(replace(ANNA, zone=zone), past, NOW_MS, "UTC")
        assert past.read == read


def test_as_a_range_moves_on_what_is_too_old_is_taken_out_of_the_count() -> None:
    ask = compile_node(Did("A", count=Count("between", (985, 1_500)), period=Hours(1)))
    memory = empty()
    for later, read, holds in ((1, 1_000, True), (11, 10, True), (16, 5, True), (17, 1, False)):
        past = Noted(MANY, memory)
        assert ask(ANNA, past, NOW_MS + later, "UTC") is holds
        assert past.read == read


def test_conditions_that_compare_as_equal_share_no_count() -> None:
    """To Python, true is 1."""
    one, true = (Did("A", (Filter("p", "equals", value),)) for value in (1, True))
    events, memory = [did(1, p=1)], empty()
    assert compile_node(AnyOf((true, one)))(ANNA, Noted(events, memory), NOW_MS, "UTC")
    assert len(memory) == 2


def test_a_count_that_tells_too_many_values_apart_is_not_carried_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selecting, "VALUES_CARRIED_MAX", 2)
    ask, memory = compile_node(DidMostly("A", "p", 1)), empty()
    for known, carried in ((2, 1), (3, 0)):
        ask(ANNA, Noted(MANY[:known], memory), NOW_MS, "UTC")
        assert len(memory) == carried


def test_what_breaks_a_count_leaves_none_that_is_half_made() -> None:
    class Breaks(Noted):
        def beyond(self, names: Collection[str], *_: object) -> Iterable[Event]:
            yield did(2_000, p=1)
            raise ValueError("odd")

    ask, memory = compile_node(DidMostly("A", "p", 1)), empty()
    ask(ANNA, Noted(MANY[:9], memory), NOW_MS, "UTC")
    with pytest.raises(ValueError, match="odd"):
        ask(ANNA, Breaks(MANY, memory), NOW_MS, "UTC")
    assert memory == {}


def test_an_event_that_is_named_twice_counts_once() -> None:
    twice = Did("A", count=Count("=", 1), also=(Doing("A"), Doing("B")))
    assert compile_node(twice)(ANNA, [did(1)], NOW_MS, "UTC")
    assert not compile_node(twice)(ANNA, [did(1), did(2, "B")], NOW_MS, "UTC")


def test_the_values_of_a_condition_come_from_a_past_too() -> None:
    node = SameValue("p", (Step("A"),))
    assert constant_values(node, ANNA, Noted(MANY), now_ms=NOW_MS, zone="UTC") == [1, 0, 2]


@pytest.mark.parametrize(
    ("node", "holds"),
    [
        (DidFirst("A"), True),
        (DidFirst("A", period=Hours(1)), False),
        (DidFirst("A", period=Hours(2)), True),
        (DidFirst("A", (Filter("p", "equals", 2),)), True),  # one of two at the first instant
        (DidFirst("A", (Filter("p", "equals", 3),)), False),
        (DidFirst("B", also=(Doing("A", (Filter("p", "equals", 1),)),)), True),
        (DidFirst("B"), False),
    ],
)
def test_the_first_event_ever_must_lie_in_the_range_and_meet_the_comparisons(
    node: Node, holds: bool
) -> None:
    def at(seq: int, hours_ago: int, name: str, p: int) -> Event:
        return Event(seq, f"m{seq}", "anna", name, NOW_MS - hours_ago * HOUR_MS, 0, {"p": p})

    history = [at(1, 1, "A", 3), at(2, 2, "A", 1), at(3, 2, "A", 2), at(4, -1, "B", 1)]
    assert compile_node(node)(ANNA, history, NOW_MS, "UTC") is holds
