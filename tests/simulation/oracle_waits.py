"""Judges of campaigns that wait: nothing before its moment, nothing that was answered in time.

They sort events by the times that their senders gave, and know nothing of timers. An event whose
sender posted it several times may have any of those times. Not judged: what arrived after its
moment, and in a life whose wall clock jumped or in which a backup came back, what was cleared.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_events import UNSURE_MS, certain, possible
from tests.simulation.oracle_ledger import Arrival, Ledger, Rules

MINUTE_MS = 60_000
SECOND_MS = 1_000
JUMP_TOLERANCE_MS = 2_000
RUNNING = "running"


class Told(Struct, frozen=True):
    """One event, by its sender's id: when it happened, at the earliest and at the latest.

    `kept_ms`: when its sender was first told that it is kept, None if that never was.
    """

    id: str
    user: str
    cart: str
    least_ms: int
    most_ms: int
    kept_ms: int | None


ByKey: TypeAlias = dict[tuple[str, str], list[Told]]


def waits(plan: Planned) -> bool:
    """Whether time passes between a campaign's event and its message."""
    return plan.delay_minutes > 0 or plan.without != ""


def moment_ms(plan: Planned, happened_ms: int) -> int:
    """Return when the message falls due, at the earliest."""
    if plan.without:
        return happened_ms + plan.within_minutes * MINUTE_MS + plan.grace_seconds * SECOND_MS
    return happened_ms + plan.delay_minutes * MINUTE_MS


def not_before(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P12: nothing goes before its moment, and one event brings one message."""
    grace = 0 if ledger.clock_is_true else JUMP_TOLERANCE_MS
    promise = "P12" if ledger.clock_is_true else "P17"
    for name, plan in ledger.plans.items():
        if not waits(plan):
            continue
        events = told(ledger, plan.event)
        ids: dict[str, str] = {}
        for tried in ledger.tries_of[name]:
            sent = tried.sent
            if (event := events.get(sent.event)) is None:
                continue
            early_ms = moment_ms(plan, event.least_ms) - tried.request.at_ms
            if early_ms > grace:
                what = f"{name} went to {sent.user} {early_ms} ms early"
                yield Violation(promise, tried.request.at_ms, what)
            if ids.setdefault(sent.event, sent.message_id) != sent.message_id:
                what = f"{name} sent two messages for the event {sent.event}"
                yield Violation("P12", tried.request.at_ms, what)


def not_answered(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P13: whoever did the one and then the other in time gets nothing, if it was kept in time."""
    if not ledger.clock_is_true:
        return
    for name, plan in ledger.plans.items():
        if not plan.without:
            continue
        events, answers = told(ledger, plan.event), by_key(ledger, plan.same_cart, plan.without)
        for tried in ledger.tries_of[name]:
            event = events.get(tried.sent.event)
            if event is None or tried.at > ledger.restored >= 0:
                continue
            answer = next((a for a in answers[_key(plan, event)] if _clears(plan, event, a)), None)
            if answer is not None:
                what = f"{event.user} did {plan.without} ({answer.id}) after {event.id} in time"
                what += f", and {name} went all the same"
                yield Violation("P13", tried.request.at_ms, what)
                break


def not_twice(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P12: what is repeated within a wait has one wait; its first event counts, or its last."""
    if not ledger.clock_is_true or ledger.restored >= 0 or ledger.rest is None:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if not plan.without or books is None or any(ledger.acts_on(name, "pause", "stop")):
            continue
        sure = certain(ledger, plan, books)
        sent: dict[str, int] = {}
        for tried in ledger.tries_of[name]:
            sent.setdefault(tried.sent.event, tried.request.at_ms)
        answers = by_key(ledger, plan.same_cart, plan.without)
        for key, every in by_key(ledger, plan.same_cart, plan.event).items():
            certainly = [each for each in every if (each.user, each.id) in sure]
            for one in certainly:
                first = _is_first(plan, one, every, answers[key])
                for other in certainly:
                    if not _is_repeated(plan, one, other):
                        continue
                    wrong = one.id if plan.on_repeat == "restart" else other.id
                    begun = first and _is_before(one, other)
                    if wrong in sent and (plan.on_repeat == "restart" or begun or one.id in sent):
                        what = f"{other.id} repeated {one.id} of {one.user}, and {name} went"
                        yield Violation("P12", sent[wrong], f"{what} for the wrong of them")
                        return


def _is_first(plan: Planned, one: Told, every: Sequence[Told], answers: Sequence[Told]) -> bool:
    """Whether an event certainly began a wait, which lasted until its end."""
    length_ms = plan.within_minutes * MINUTE_MS
    before = (
        each.least_ms <= one.most_ms and each.most_ms >= one.least_ms - length_ms
        for each in every
        if each.id != one.id
    )
    return not any(before) and not any(_may_end(plan, one, answer) for answer in answers)


def _is_before(one: Told, other: Told) -> bool:
    """Whether one event certainly came in before the other, whenever they happened."""
    assert one.kept_ms is not None, "a sender was told so of both"
    assert other.kept_ms is not None, "a sender was told so of both"
    return one.kept_ms < other.kept_ms - UNSURE_MS


def _is_repeated(plan: Planned, one: Told, other: Told) -> bool:
    """Whether an event certainly came within the wait that another began, in both senses."""
    ends_ms = one.least_ms + plan.within_minutes * MINUTE_MS
    return (
        one.id != other.id
        and one.most_ms < other.least_ms
        and other.most_ms <= ends_ms
        and one.kept_ms is not None
        and other.kept_ms is not None
        and max(one.kept_ms, other.kept_ms) < ends_ms
    )


def none_lost(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P12 at rest: each wait that nothing cleared was decided about; P13: and no other."""
    if ledger.rest is None or not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if books is None or not waits(plan):
            continue
        sure, may = certain(ledger, plan, books), possible(ledger, plan)
        answers, begun = (
            by_key(ledger, plan.same_cart, name) for name in (plan.without, plan.event)
        )
        every = [each for group in begun.values() for each in group]
        stays = books.state == RUNNING
        # What a pause drops is in the books at once, and so is what waits at the campaign's end.
        # A campaign pauses itself as well: that nobody asked for it says nothing.
        dropped = plan.on_pause == "drop" and books.skipped.get("paused_dropped", 0) > 0
        at_once = books.state == "completed" or dropped
        least = [
            each
            for each in every
            if stays
            and (each.user, each.id) in sure
            and moment_ms(plan, each.most_ms) < ledger.rest.healed_ms
            and not any(_may_end(plan, each, a) for a in answers[_key(plan, each)])
            and not any(_may_absorb(plan, each, b) for b in begun[_key(plan, each)])
        ]
        most = [
            each
            for each in every
            if (each.user, each.id) in may
            and (at_once or not any(_clears(plan, each, a) for a in answers[_key(plan, each)]))
        ]
        if books.qualified < len(least):
            what = f"{len(least)} waits of {name} were over, {books.qualified} were decided about"
            yield Violation("P12", books.at_ms, what)
        if books.qualified > len(most):
            what = f"{len(most)} waits of {name} may be over, {books.qualified} were decided about"
            yield Violation("P13", books.at_ms, what)


def told(ledger: Ledger, name: str) -> dict[str, Told]:
    """Return the events of a name as their senders told of them, by id."""
    postings: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in ledger.arrivals[name]:
        postings[arrival.event.id].append(arrival)
    found = {}
    for event_id, arrivals in postings.items():
        times = [a.event.time_ms for a in arrivals]
        kept = [a.at_ms for a in arrivals if a.status == 200]
        one = arrivals[0].event
        found[event_id] = Told(
            event_id, one.user, one.cart, min(times), max(times), min(kept, default=None)
        )
    return found


def by_key(ledger: Ledger, same_cart: bool, name: str) -> ByKey:
    """Return the events of a name by their user, and their cart if that counts."""
    found: ByKey = defaultdict(list)
    for each in told(ledger, name).values() if name else ():
        if each.cart or not same_cart:
            found[each.user, each.cart if same_cart else ""].append(each)
    return found


def _key(plan: Planned, event: Told) -> tuple[str, str]:
    return event.user, event.cart if plan.same_cart else ""


def _clears(plan: Planned, event: Told, answer: Told) -> bool:
    """Whether an event certainly clears a wait: in time by any reading, and kept in time.

    Where a campaign waits for the very event that begins a wait, none answers itself.
    """
    ends_ms = event.least_ms + plan.within_minutes * MINUTE_MS
    return (
        answer.id != event.id
        and event.most_ms <= answer.least_ms
        and answer.most_ms <= ends_ms
        and answer.kept_ms is not None
        and answer.kept_ms < ends_ms + plan.grace_seconds * SECOND_MS
    )


def _may_end(plan: Planned, event: Told, answer: Told) -> bool:
    if answer.id == event.id:
        return False
    ends_ms = event.most_ms + plan.within_minutes * MINUTE_MS
    return answer.most_ms >= event.least_ms and answer.least_ms <= ends_ms


def _may_absorb(plan: Planned, event: Told, other: Told) -> bool:
    """Whether another event of the same key may have taken the place of a wait."""
    if not plan.without or other.id == event.id:
        return False
    length_ms = plan.within_minutes * MINUTE_MS
    before_ms = length_ms if plan.on_repeat == "keep" else 0
    return (
        event.least_ms - before_ms <= other.most_ms and other.least_ms <= event.most_ms + length_ms
    )
