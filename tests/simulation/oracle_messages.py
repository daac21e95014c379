"""Judges of each message's own life: one id, sent once, tried again within bounds, under the caps.

Not judged: a cap that people changed on the way, what went out before a backup came back under a
cap that knows nothing of it, and which day's cap a message took a slot of
where its decision may lie on either side of midnight.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.simulation.history import Ended, Planned, Violation
from tests.simulation.oracle_events import heard
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger, Rules, Try, paused_until

AMBIGUOUS_MS_MAX = 20 * 3_600_000
TOLERANCE_MS = 2_000
DURABLE_BEFORE_ANSWER_MS_MAX = 60_000
"""An event is on disk before its sender is answered, at most by this."""
FINAL = frozenset({"accepted", "expired", "cancelled", "dead", "unknown"})
MAY_WAIT = frozenset({"paused", "blocked", "faulted"})
"""States of a campaign in which its messages may wait for a person."""


def one_id(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P1: one decision has one id, and an id is of one decision; P11: an event acts once."""
    ids: dict[tuple[str, str, str], dict[str, Try]] = defaultdict(dict)
    for message_id, tries in ledger.tries.items():
        of = {(t.sent.campaign, t.sent.run, t.sent.user) for t in tries}
        if len(of) > 1:
            yield Violation("P1", tries[-1].request.at_ms, f"{message_id} is of {sorted(of)}")
        ids[tries[0].sent.campaign, tries[0].sent.run, tries[0].sent.user][message_id] = tries[0]
    for (campaign, run, user), tried in ids.items():
        plan = ledger.plans.get(campaign)
        allowed, posted = 1, 1
        if plan is not None and plan.kind == "live":
            mine = [a for a in heard(ledger, plan) if a.event.user == user]
            events = [a.event.id for a in mine]
            allowed, posted = len(set(events)), len(events)
            told = {a.event.id for a in mine if not _is_dropped(ledger, plan, a)}
            if len(told) < len(tried) <= allowed:
                what = f"{user} has {len(tried)} ids in {campaign}, {len(told)} not of a pause"
                yield Violation("P8", max(t.request.at_ms for t in tried.values()), what)
        if len(tried) > allowed:
            promise = "P11" if len(tried) <= posted else "P1"
            what = f"{user} has {len(tried)} ids in {campaign} {run}, for {allowed} decisions"
            yield Violation(promise, list(tried.values())[allowed].request.at_ms, what)


def _is_dropped(ledger: Ledger, plan: Planned, arrival: Arrival) -> bool:
    """Whether an event certainly came in during a pause that drops what happens in it."""
    if plan.on_pause == "hold" or ledger.restored >= 0:
        return False
    paused = (a for a in ledger.acts_on(plan.name, "pause") if a.granted)
    # Its sender asks once every few seconds: what was answered just after the pause began before.
    return any(
        pause.answered < arrival.at < paused_until(ledger, plan.name, pause)
        and pause.answer is not None
        and arrival.at_ms - pause.answer.at_ms > DURABLE_BEFORE_ANSWER_MS_MAX
        for pause in paused
    )


def accepted_once(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P2: what Segment was seen to accept is in no later request."""
    for message_id, tries in ledger.tries.items():
        seen = min((ledger.settled_at(t) for t in tries), default=EVER)
        after = next(
            (t for t in tries if t.at > seen and not ledger.restored_between(seen, t.at)), None
        )
        if after is not None:
            what = f"{message_id} was accepted, and is sent again in request {after.request.n}"
            yield Violation("P2", after.request.at_ms, what)


def not_again_for_ever(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P3: what may have arrived goes again for 20 h, and never where people chose to hold it."""
    for message_id, tries in ledger.tries.items():
        first = next((t for t in tries if ledger.may_have_arrived(t)), None)
        if first is None:
            continue
        plan = ledger.plans.get(first.sent.campaign)
        holds = plan is not None and plan.on_ambiguous == "hold"
        for again in tries[tries.index(first) + 1 :]:
            if ledger.restored_between(first.at, again.at):
                break  # decided anew, by a daemon that cannot know (that is P26)
            # A clock that was set back makes less time pass, for a daemon that starts afterwards.
            set_back = max(0, ledger.offset_ms(first.at) - ledger.offset_ms(again.at))
            age = again.request.at_ms - first.request.at_ms
            if holds or age > AMBIGUOUS_MS_MAX + TOLERANCE_MS + set_back:
                what = f"{message_id} may have arrived, and is sent again after {age} ms"
                yield Violation("P3", again.request.at_ms, what)
                break


def caps(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P5: no more distinct messages on the wire than the caps allow, since a backup came back."""
    for name, plan in ledger.plans.items():
        tries = [t for t in ledger.tries_of[name] if t.at > ledger.restored]
        scopes: list[tuple[str, int | None, list[Try]]] = [("in all", plan.cap_total, tries)]
        scopes += [
            (f"in {run}", plan.cap_per_run, [t for t in tries if t.sent.run == run])
            for run in sorted({t.sent.run for t in tries})
        ]
        if plan.cap_per_day is not None:
            days = _by_day(ledger, name, rules.zone)
            scopes += [(f"on {day}", plan.cap_per_day, those) for day, those in days.items()]
        for scope, cap, of_scope in scopes:
            firsts = {t.sent.message_id: t for t in reversed(of_scope)}
            if cap is not None and len(firsts) > cap:
                over = sorted(firsts.values(), key=lambda t: t.at)[cap]
                what = f"{name} sent {len(firsts)} messages {scope}, the cap is {cap}"
                yield Violation("P5", over.request.at_ms, what)


def _by_day(ledger: Ledger, campaign: str, zone: str) -> dict[str, list[Try]]:
    """Return the messages whose decision is certain to be of one day of the account."""
    days: dict[str, list[Try]] = defaultdict(list)
    if not ledger.clock_is_true:
        return days
    for tried in (t for t in ledger.tries_of[campaign] if t.at > ledger.restored):
        mine = [
            a.at_ms
            for a in heard(ledger, ledger.plans[campaign])
            if a.event.user == tried.sent.user
        ]
        first_ms = ledger.tries[tried.sent.message_id][0].request.at_ms
        earliest = min(mine, default=first_ms) - DURABLE_BEFORE_ANSWER_MS_MAX
        day = _day(earliest, zone)
        if day == _day(first_ms, zone):
            days[day].append(tried)
    return days


def _day(at_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).date().isoformat()


def one_end(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P4: at rest each message has one end, and Segment has what is said to be accepted."""
    if ledger.rest is None:
        return
    at_ms = ledger.rest.at_ms
    for message_id, tries in ledger.tries.items():
        # What was sent after the backup was made is not in it.
        if message_id not in ledger.ended and tries[0].at > ledger.restored:
            yield Violation("P4", at_ms, f"{message_id} was sent and is nowhere at the end")
    for message_id, ends in ledger.ended.items():
        if len(ends) > 1:
            yield Violation("P4", at_ms, f"{message_id} has {len(ends)} ends")
        if ends[0].state not in FINAL:
            if not _may_wait(ledger, ends[0].campaign):
                yield Violation("P4", at_ms, f"{message_id} is {ends[0].state} at the end")
        elif wrong := _belied(ledger, ends[0]):
            yield Violation("P4", at_ms, f"{message_id} is {ends[0].state}, but {wrong}")


def _may_wait(ledger: Ledger, campaign: str) -> bool:
    books = ledger.last_books(campaign)
    off = bool(ledger.clock) and ledger.clock[-1][1].offset_ms != 0
    return off or (books is not None and books.state in MAY_WAIT)


def _belied(ledger: Ledger, end: Ended) -> str:
    """Return what Segment knows better about the end of a message; "" for nothing."""
    has_it = end.message_id in ledger.received
    if end.state == "accepted":
        return "" if has_it else "Segment never got it"
    if end.state == "unknown":
        return ""
    alone = [t for t in ledger.tries[end.message_id] if len(t.request.messages) == 1]
    answers = [ledger.responses[t.request.n][1] for t in alone if t.request.n in ledger.responses]
    if end.state == "dead":  # an earlier try may have got through, and a later one is refused
        refused = any(a.status in {400, 413} for a in answers)
        return "" if refused or ledger.is_rotten(end.user) else "Segment never refused it"
    before = any(t.at < ledger.restored for t in ledger.tries[end.message_id])
    return "Segment has it" if has_it and not before else ""
