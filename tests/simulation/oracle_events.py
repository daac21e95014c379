"""Which events a live campaign certainly has to decide about, and which it may."""

from tests.simulation.history import Books, Planned
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger

LATE_MS_MAX = 2 * 3_600_000
AHEAD_MS_MAX = 2 * 60_000
UNSURE_MS = 10 * 60_000
"""An event may be taken in so long before its sender is answered."""
JUST_MS = 60_000
"""Which of two records came in first is not certain when their senders heard so shortly after."""
NOT_TAKEN = frozenset({400, 401, 413, 429})
"""Answers that certainly left nothing behind."""
CONSIDERS = frozenset({"running", "paused"})
BEGUN = frozenset({"running", "paused", "completed", "stopped"})

Key = tuple[str, str]
"""An event by its user and its sender's id."""


def possible(ledger: Ledger, plan: Planned) -> dict[Key, int]:
    """Return the events that may count, and how often each was posted."""
    published = min((a.asked for a in ledger.acts_on(plan.name, "publish")), default=-1)
    found = {}
    for key, taken in _taken(ledger, plan).items():
        if any(_is_timely(a, ledger) is not False for a in taken) and taken[-1].at > published >= 0:
            found[key] = len(taken)
    return found


def certain(ledger: Ledger, plan: Planned, books: Books) -> set[Key]:
    """Return the events that certainly count; none where that cannot be told."""
    if (
        not ledger.clock_is_true
        or books.state not in CONSIDERS
        or (books.state == "paused" and plan.on_pause == "hold")
    ):
        return set()
    begun = min(
        [at for at, shown in ledger.books.get(plan.name, ()) if shown.state in BEGUN]
        + [t.at for t in ledger.tries_of[plan.name]],
        default=EVER,
    )
    return {
        key
        for key, taken in _taken(ledger, plan).items()
        if all(_is_timely(a, ledger) for a in taken)
        and any(a.status == 200 for a in taken)
        and max(begun, ledger.restored) < taken[0].at
        and ledger.is_sound(key[0])
        and _is_member(ledger, plan, key[0], taken[0])
    }


def _taken(ledger: Ledger, plan: Planned) -> dict[Key, list[Arrival]]:
    """Return the postings of each event that may be kept, of users who may be of the group."""
    found: dict[Key, list[Arrival]] = {}
    for arrival in ledger.arrivals[plan.event]:
        if arrival.status not in NOT_TAKEN:
            found.setdefault((arrival.event.user, arrival.event.id), []).append(arrival)
    if not plan.group:
        return found
    return {
        key: taken
        for key, taken in found.items()
        if plan.group in ({u.group for u in ledger.users[key[0]]} or {""})
    }


def _is_member(ledger: Ledger, plan: Planned, user: str, first: Arrival) -> bool:
    """Whether the user was certainly of the campaign's group as the event came."""
    if not plan.group:
        return True
    if {u.group for u in ledger.users[user]} != {plan.group} or not ledger.is_lasting(user):
        return False
    if ledger.is_late(user) and ledger.users[user][0].at_ms >= first.at_ms - JUST_MS:
        return False
    return ledger.introduced.get(user, EVER) < first.at


def _is_timely(arrival: Arrival, ledger: Ledger) -> bool | None:
    """Whether the event was neither old nor ahead as it was taken in; None: not certain."""
    age = arrival.at_ms - arrival.event.time_ms
    if not ledger.clock_is_true:
        return None
    if 0 <= age <= LATE_MS_MAX:
        return True
    return False if age > LATE_MS_MAX + UNSURE_MS or age < -AHEAD_MS_MAX else None
