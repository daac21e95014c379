"""Which events a live campaign certainly has to decide about, and which it may."""

from tests.simulation.history import Books, Planned
from tests.simulation.oracle_fits import truth
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger

LATE_MS_MAX = 2 * 3_600_000
AHEAD_MS_MAX = 2 * 60_000
UNSURE_MS = 10 * 60_000
"""An event may be taken in so long before its sender is answered."""
JUST_MS = 60_000
"""Which of two records came in first is not certain when their senders heard so shortly after."""
SOON_MS = 5_000
"""A campaign that is paused so shortly after it was published may not have begun."""
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
    later = _not_first(ledger, plan)
    for key, taken in _taken(ledger, plan).items():
        timely = any(_is_timely(a, ledger) is not False for a in _in_span(ledger, plan, taken))
        if timely and taken[-1].at > published >= 0 and key not in later:
            found[key] = len(taken)
    return found


def certain(ledger: Ledger, plan: Planned, books: Books) -> set[Key]:
    """Return the events that certainly count; none where that cannot be told."""
    considers = books.state in CONSIDERS or _has_ended(plan, books)
    held = plan.on_pause == "hold" and books.state != "running"
    if not ledger.clock_is_true or not considers or held:
        return set()
    may_wait = plan.start_ms or _is_paused_at_once(ledger, plan)  # paused before it starts
    listens = {"running"} if may_wait else BEGUN
    begun = min(
        [at for at, shown in ledger.books.get(plan.name, ()) if shown.state in listens]
        + [t.at for t in ledger.tries_of[plan.name]],
        default=EVER,
    )
    unsure = _not_first(ledger, plan, surely=False)
    return {
        key
        for key, taken in _taken(ledger, plan).items()
        if all(_is_timely(a, ledger) for a in taken)
        and any(a.status == 200 for a in taken)
        and max(begun, ledger.restored) < taken[0].at
        and not (plan.ends_ms and taken[-1].at_ms >= plan.ends_ms)
        and key not in unsure
        and ledger.is_sound(key[0])
        and _is_member(ledger, plan, key[0], taken[0])
        and (plan.chosen.who is None or _fits(ledger, plan, taken))
    }


def _is_paused_at_once(ledger: Ledger, plan: Planned) -> bool:
    published = [act.ask.at_ms for act in ledger.acts_on(plan.name, "publish")]
    paused = [act.ask.at_ms for act in ledger.acts_on(plan.name, "pause")]
    return any(0 <= pause - at_ms <= SOON_MS for pause in paused for at_ms in published)


def heard(ledger: Ledger, plan: Planned) -> list[Arrival]:
    """Return every posting of the events that a live campaign waits for."""
    of_event = [a for a in ledger.arrivals[plan.event] if a.event.n >= plan.chosen.trigger_n]
    return [*of_event, *(ledger.arrivals[plan.also] if plan.also else ())]


def _not_first(ledger: Ledger, plan: Planned, *, surely: bool = True) -> set[Key]:
    """Return the events that are not the first of their user, where only that one counts.

    Not `surely`: those also of which it is not certain. After a backup came back nothing is.
    """
    if not plan.first_time or (surely and ledger.restored >= 0):
        return set()
    postings: dict[Key, list[Arrival]] = {}
    for arrival in heard(ledger, plan):
        if arrival.status not in NOT_TAKEN:
            postings.setdefault((arrival.event.user, arrival.event.id), []).append(arrival)
    posted = {key: min(map(_posted_ms, taken)) for key, taken in postings.items()}
    kept = {
        key: min((a.at_ms for a in taken if a.status == 200), default=EVER)
        for key, taken in postings.items()
    }
    return {
        key
        for key in postings
        for other in postings
        if other[0] == key[0]
        and other != key
        and (kept[other] < posted[key] if surely else posted[other] <= kept[key])
    }


def _posted_ms(arrival: Arrival) -> int:
    """Return when a posting began, at the earliest."""
    return arrival.event.sent_ms or arrival.at_ms - UNSURE_MS


def _has_ended(plan: Planned, books: Books) -> bool:
    """Whether a live campaign is over because its end came, and for nothing else."""
    return bool(plan.ends_ms) and books.state == "completed" and plan.cap_total is None


def _in_span(ledger: Ledger, plan: Planned, taken: list[Arrival]) -> list[Arrival]:
    """Return the postings of an event that may have come in while its campaign listened.

    What was kept before its start is known by then, however often it is posted again.
    """
    if plan.kind != "live" or not ledger.clock_is_true:
        return taken
    if any(a.status == 200 and a.at_ms < plan.start_ms for a in taken):
        return []
    return [
        a
        for a in taken
        if a.at_ms >= plan.start_ms and (not plan.ends_ms or _posted_ms(a) < plan.ends_ms)
    ]


def _taken(ledger: Ledger, plan: Planned) -> dict[Key, list[Arrival]]:
    """Return the postings of each event that may be kept, of users who may be of the group."""
    found: dict[Key, list[Arrival]] = {}
    for arrival in heard(ledger, plan):
        if arrival.status not in NOT_TAKEN:
            found.setdefault((arrival.event.user, arrival.event.id), []).append(arrival)
    if plan.chosen.who is not None:
        found = {
            key: taken for key, taken in found.items() if _fits(ledger, plan, taken) is not False
        }
    if not plan.group:
        return found
    return {
        key: taken
        for key, taken in found.items()
        if plan.group in ({u.group for u in ledger.users[key[0]]} or {""})
    }


def _fits(ledger: Ledger, plan: Planned, taken: list[Arrival]) -> bool | None:
    """Whether the user of an event fits the tree from when it came until the end, or never did."""
    assert plan.chosen.who is not None, "only trees are asked"
    first_ms = min(map(_posted_ms, taken))
    return truth(ledger, plan.chosen.who, taken[0].event.user, first_ms, ledger.end_ms)


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
