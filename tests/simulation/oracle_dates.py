"""Judges of campaigns that go at a date: not before it, not long after, not for one that changed.

They sort events by the times that their senders gave. Not judged: a date that was said while its
campaign was paused, in a life whose wall clock jumped what was replaced, and where a backup came
back how many there are.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_events import certain, possible
from tests.simulation.oracle_ledger import Arrival, Ledger, Rules
from tests.simulation.oracle_times import zone_or
from tests.simulation.oracle_waits import Told, by_key, told
from tests.simulation.walls import instant

MINUTE_MS = 60_000
LATE_MS_MAX = 2 * 3_600_000
UNSURE_MS = 60_000
JUMP_TOLERANCE_MS = 2_000
RUNNING = "running"


def moments(
    ledger: Ledger, plan: Planned, arrival: Arrival, rules: Rules
) -> tuple[int, int] | None:
    """Return when the message for an event falls due, at the earliest and the latest.

    None: the event says no date. One without an offset is a wall where the user is.
    """
    assert plan.date is not None, "it goes at a date"
    try:
        said = datetime.fromisoformat(arrival.event.date)
    except ValueError:
        return None
    offset_ms = plan.date.minutes * MINUTE_MS
    if said.tzinfo is not None:
        at_ms = round(said.astimezone(UTC).timestamp()) * 1_000 + offset_ms
        return at_ms, at_ms
    zones = {zone_or(u.zone, rules.zone) for u in ledger.users[arrival.event.user]} | {rules.zone}
    if not ledger.is_late(arrival.event.user) and ledger.is_sound(arrival.event.user):
        zones = {zone_or(ledger.users[arrival.event.user][0].zone, rules.zone)}
    found = [instant(said, zone) + offset_ms for zone in zones]
    return min(found), max(found)


def at_its_date(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P12: nothing goes before its date's moment, nor for one that was past as its event came."""
    grace = 0 if ledger.clock_is_true else JUMP_TOLERANCE_MS
    promise = "P12" if ledger.clock_is_true else "P17"
    for name, plan in ledger.plans.items():
        if plan.date is None:
            continue
        firsts = _firsts(ledger, plan)
        ids: dict[str, str] = {}
        for tried in ledger.tries_of[name]:
            arrival = firsts.get(tried.sent.event)
            if arrival is None:
                continue
            at_ms, due = tried.request.at_ms, moments(ledger, plan, arrival, rules)
            if due is None:
                yield Violation("P12", at_ms, f"{name} went for {tried.sent.event}, without a date")
            elif due[0] - at_ms > grace:
                what = f"{name} went to {tried.sent.user} {due[0] - at_ms} ms before its date"
                yield Violation(promise, at_ms, what)
            elif arrival.at_ms - due[1] > LATE_MS_MAX + UNSURE_MS and ledger.clock_is_true:
                what = f"{name} went for {tried.sent.event}, whose date was past"
                yield Violation("P12", at_ms, what)
            if ids.setdefault(tried.sent.event, tried.sent.message_id) != tried.sent.message_id:
                what = f"{name} sent two messages for the event {tried.sent.event}"
                yield Violation("P12", at_ms, what)


def not_replaced(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P13: nothing goes for a date that another replaced, or that was cleared, in time."""
    if not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if plan.date is None or books is None or _was_held(ledger, plan):
            continue
        firsts, every = _firsts(ledger, plan), told(ledger, plan.event)
        sure = certain(ledger, plan, books)
        for tried in ledger.tries_of[name]:
            event = every.get(tried.sent.event)
            if event is None:
                continue
            due = moments(ledger, plan, firsts[event.id], rules)
            if due is None:
                continue
            for other, by in _others(ledger, plan, event):
                certainly = by == plan.date.cancel or (other.user, other.id) in sure
                dated = by == plan.date.cancel or (
                    moments(ledger, plan, firsts[other.id], rules) is not None
                )
                kept = other.kept_ms is not None and other.kept_ms < due[0]
                if certainly and dated and kept and event.most_ms < other.least_ms:
                    what = f"{other.id} came after {event.id} of {event.user} in time"
                    yield Violation("P13", tried.request.at_ms, f"{what}, and {name} went")
                    return


def none_lost_at_dates(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P12 at rest: each date that nothing took the place of was decided about; P13: no other."""
    if ledger.rest is None or not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if plan.date is None or books is None:
            continue
        firsts, every = _firsts(ledger, plan), told(ledger, plan.event)
        sure, may = certain(ledger, plan, books), possible(ledger, plan)
        least = most = 0
        for event in every.values():
            due = moments(ledger, plan, firsts[event.id], rules)
            if due is None:
                continue
            # What takes its place may be told later than it comes in, and be of the same moment.
            undisturbed = not any(
                other.most_ms >= event.least_ms for other, _ in _others(ledger, plan, event)
            )
            is_over = due[1] < ledger.rest.healed_ms and books.state == RUNNING
            least += (event.user, event.id) in sure and is_over and undisturbed
            most += (event.user, event.id) in may
        if books.qualified < least:
            what = f"{least} dates of {name} came, {books.qualified} were decided about"
            yield Violation("P12", books.at_ms, what)
        if books.qualified > most:
            what = f"{most} dates of {name} may have come, {books.qualified} were decided about"
            yield Violation("P13", books.at_ms, what)


def _was_held(ledger: Ledger, plan: Planned) -> bool:
    """Whether a pause may have dropped what would have taken a date's place."""
    asked = any(ledger.acts_on(plan.name, "pause", "stop"))
    states = [shown.state for _, shown in ledger.books.get(plan.name, ())]
    since = states[states.index(RUNNING) :] if RUNNING in states else []
    return asked or any(state != RUNNING for state in since)


def _firsts(ledger: Ledger, plan: Planned) -> dict[str, Arrival]:
    """Return the first posting of each event that a campaign waits for, by its id."""
    found: dict[str, Arrival] = {}
    for arrival in ledger.arrivals[plan.event]:
        found.setdefault(arrival.event.id, arrival)
    return found


def _others(ledger: Ledger, plan: Planned, event: Told) -> Iterator[tuple[Told, str]]:
    """Give the events of the same user, and cart if that counts, that take a date's place."""
    assert plan.date is not None, "it goes at a date"
    for name in {plan.event, plan.date.cancel} - {""}:
        for other in by_key(ledger, plan.date.same_cart, name)[
            event.user, event.cart if plan.date.same_cart else ""
        ]:
            if other.id != event.id:
                yield other, name
