"""The judge of campaigns that wait can fail, and lets pass what may have been right."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Entry, Happened, Planned, Posted, WallClock
from tests.simulation.made import (
    BEGINNING,
    LAST,
    MINUTE,
    NOON,
    REST,
    SECOND,
    A,
    B,
    books,
    broken,
    ended,
    taken,
)
from tests.simulation.oracle_waits import moment_ms

BEGAN = NOON + 10 * SECOND
DELAYED = Planned(NOON, "Live", "live", event="Paid", delay_minutes=10)
LEFT = Planned(NOON, "Live", "live", event="Paid", without="Bought", within_minutes=10)
AGAIN_LEFT = replace(LEFT, without="Paid")
CARTS = replace(LEFT, same_cart=True)
KEPT = replace(LEFT, within_minutes=60, on_repeat="keep")
GRACE_MS = 30 * SECOND
DUE = BEGAN + 10 * MINUTE + GRACE_MS
FOR_E1, AGAIN = replace(A, event="e1"), replace(B, event="e1")


def did(
    name: str,
    time_ms: int,
    *,
    id: str = "b1",  # noqa: A002 - as its sender calls it
    kept_ms: int | None = None,
    status: int = 200,
    cart: str = "c1",
) -> Posted:
    event = Happened(id, "ann", name, time_ms, cart=cart)
    return Posted(time_ms if kept_ms is None else kept_ms, (event,), status)


def life(
    plan: Planned, *entries: Entry, qualified: int = 1, reason: str = "cap_day"
) -> list[Entry]:
    """A life of a campaign that waits, whose event came; so many were decided about at its end."""
    begun = [plan if isinstance(entry, Planned) else entry for entry in BEGINNING[:-1]]
    told = books(LAST, qualified=qualified)
    sent = sum(getattr(entry, "accepted", ()) != () for entry in entries)
    told = replace(told, sent=sent, skipped={reason: qualified - sent})
    e1 = did("Paid", BEGAN, id="e1")
    return [*begun, e1, *entries, REST, told, *([ended("m1")] if sent else [])]


def in_order(*entries: Entry) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at_ms)


BOUGHT = did("Bought", BEGAN + 5 * MINUTE)
REPEATED, END = did("Paid", BEGAN + 20 * MINUTE, id="e2"), BEGAN + 60 * MINUTE + GRACE_MS
CASES: dict[str, tuple[set[str], list[Entry]]] = {
    "at its moment": (set(), life(LEFT, *taken(DUE, 1, FOR_E1))),
    "a second early": ({"P12"}, life(LEFT, *taken(DUE - SECOND, 1, FOR_E1))),
    "a delay that is cut short": ({"P12"}, life(DELAYED, *taken(BEGAN + MINUTE, 1, FOR_E1))),
    "a delay": (set(), life(DELAYED, *taken(BEGAN + 10 * MINUTE, 1, FOR_E1))),
    "early by a clock that is off": (
        {"P17"},
        life(DELAYED, WallClock(BEGAN, MINUTE), *taken(BEGAN + MINUTE, 1, FOR_E1)),
    ),
    "two messages for one event": (
        {"P1", "P4", "P12"},
        life(LEFT, *taken(DUE, 1, FOR_E1), *taken(DUE + MINUTE, 2, AGAIN)),
    ),
    "answered in time": ({"P13"}, life(LEFT, BOUGHT, *taken(DUE, 1, FOR_E1))),
    "answered at the last instant": (
        {"P13"},
        life(LEFT, did("Bought", BEGAN + 10 * MINUTE), *taken(DUE, 1, FOR_E1)),
    ),
    "answered too late": (
        set(),
        life(LEFT, did("Bought", BEGAN + 10 * MINUTE + 1), *taken(DUE, 1, FOR_E1)),
    ),
    "answered before": (set(), life(LEFT, did("Bought", BEGAN - 1), *taken(DUE, 1, FOR_E1))),
    "answered in time, and told too late": (
        set(),
        life(
            LEFT,
            *in_order(
                *taken(DUE, 1, FOR_E1),
                did("Bought", BEGAN + MINUTE, kept_ms=DUE + MINUTE),
            ),
        ),
    ),
    "an answer that was refused": (
        set(),
        life(LEFT, did("Bought", BEGAN + MINUTE, status=429), *taken(DUE, 1, FOR_E1)),
    ),
    "an answer about another cart": (
        set(),
        life(CARTS, did("Bought", BEGAN + MINUTE, cart="c2"), *taken(DUE, 1, FOR_E1)),
    ),
    "an event that would answer itself": (set(), life(AGAIN_LEFT, *taken(DUE, 1, FOR_E1))),
    "the same event again answers": (
        {"P12", "P13"},
        life(AGAIN_LEFT, did("Paid", BEGAN + 5 * MINUTE, id="e2"), *taken(DUE, 1, FOR_E1)),
    ),
    "a wait that is lost": ({"P12"}, life(LEFT, qualified=0)),
    "a wait that was cleared": (set(), life(LEFT, BOUGHT, qualified=0)),
    "a wait that was cleared, and is in the books": ({"P13"}, life(LEFT, BOUGHT)),
    "an event that a pause dropped before its answer": (
        set(),
        life(LEFT, BOUGHT, reason="paused_dropped"),
    ),
    "a wait that another event took over": (
        set(),
        life(LEFT, did("Paid", BEGAN + MINUTE, id="e2")),
    ),
    "a repeat that is kept for": (set(), life(KEPT, REPEATED, *taken(END, 1, FOR_E1))),
    "a repeat that begins a wait anew which was to be kept": (
        {"P12"},
        life(KEPT, REPEATED, *taken(END + 20 * MINUTE, 1, replace(A, event="e2"))),
    ),
    "a repeat after an answer that a wait was kept for": (
        set(),
        life(
            KEPT,
            did("Bought", BEGAN + MINUTE),
            REPEATED,
            *taken(END + 20 * MINUTE, 1, replace(A, event="e2")),
        ),
    ),
    "waits of two carts, of which one is lost": (
        {"P12"},
        life(CARTS, did("Paid", BEGAN + MINUTE, id="e2", cart="c2")),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_campaign_that_waits_is_judged_by_the_times_of_its_events(name: str) -> None:
    promises, entries = CASES[name]
    assert broken(entries) & {"P12", "P13", "P17"} == promises & {"P12", "P13", "P17"}


def test_a_moment_is_the_delay_or_the_wait_and_its_grace_after_the_event() -> None:
    assert moment_ms(DELAYED, 0) == 10 * MINUTE
    assert moment_ms(LEFT, 0) == 10 * MINUTE + GRACE_MS
