"""Judges of the books: they balance, and what they count is what happened.

Not judged: how many events count of a campaign that ended, that was held back by a pause, or in a
life whose wall clock jumped, beyond that there are no more than were posted.
"""

from collections.abc import Iterator

from tests.simulation.history import Books, Planned, Violation
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger, Rules

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
MAY_WAIT = frozenset({"paused", "blocked", "faulted"})


def balanced(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P27: the books balance whenever they are shown, and claim no more than was sent."""
    for name, shown in ledger.books.items():
        firsts = sorted({t.sent.message_id: t.at for t in reversed(ledger.tries_of[name])}.values())
        for at, books in shown:
            counts = [books.control, books.sent, books.pending, *books.skipped.values()]
            if books.qualified != sum(counts) or min(counts) < 0:
                yield Violation("P27", books.at_ms, f"the books of {name} do not balance: {books}")
                break
            on_wire = sum(first < at for first in firsts)
            if books.sent > on_wire:
                what = f"{name} says {books.sent} sent, {on_wire} messages were on the wire"
                yield Violation("P27", books.at_ms, what)
                break


def add_up(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P27 at rest: `sent` are the messages that ended accepted, and nobody in control got one."""
    if ledger.rest is None or ledger.restored >= 0:
        return
    for name in ledger.books:
        books = ledger.last_books(name)
        assert books is not None, "it is shown"
        ended = [e[0] for e in ledger.ended.values() if e[0].campaign == name]
        accepted = sum(e.state == "accepted" for e in ended)
        if books.sent != accepted:
            what = f"{name} says {books.sent} sent, {accepted} messages ended accepted"
            yield Violation("P27", books.at_ms, what)
        messaged = len({t.sent.message_id for t in ledger.tries_of[name]})
        if messaged + books.control > books.qualified:
            what = f"{name}: {messaged} messages and {books.control} in control"
            yield Violation("P27", books.at_ms, f"{what}, but {books.qualified} qualified")


def at_rest(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P4 at rest: nothing is pending, and a run that was due has come to its end."""
    rest = ledger.rest
    if rest is None or (ledger.clock and ledger.clock[-1][1].offset_ms):
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if books is None or books.state in MAY_WAIT:
            continue
        if books.pending:
            yield Violation("P4", rest.at_ms, f"{name} is {books.state}, {books.pending} pending")
        due = plan.kind == "past_behaviour" and plan.start_ms < rest.healed_ms
        if due and books.state in {"scheduled", "running"}:
            yield Violation("P4", rest.at_ms, f"{name} is {books.state} and never ends")


def considered(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P10, P11, P20: each accepted event that qualifies was decided about, exactly once."""
    if ledger.rest is None:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if books is None:
            continue
        if plan.kind == "live":
            least, most, posted = _of_events(ledger, plan, books)
        else:
            least, most = _of_users(ledger, plan, books)
            posted = most
        if books.qualified < least:
            what = f"{least} qualify for {name}, {books.qualified} were decided about"
            yield Violation("P10", books.at_ms, what)
        if books.qualified > most:
            what = f"{most} qualify for {name}, {books.qualified} were decided about"
            yield Violation("P11" if books.qualified <= posted else "P10", books.at_ms, what)


def _of_events(ledger: Ledger, plan: Planned, books: Books) -> tuple[int, int, int]:
    """Return how many events certainly count, how many may, and how often those were posted."""
    may, must, postings = set(), set(), 0
    published = min((a.asked for a in ledger.acts_on(plan.name, "publish")), default=-1)
    begun = min(
        [at for at, shown in ledger.books.get(plan.name, ()) if shown.state in BEGUN]
        + [t.at for t in ledger.tries_of[plan.name]],
        default=EVER,
    )
    by_id: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in ledger.arrivals[plan.event]:
        by_id.setdefault((arrival.event.user, arrival.event.id), []).append(arrival)
    sure = (
        ledger.clock_is_true
        and books.state in CONSIDERS
        and not (books.state == "paused" and plan.on_pause == "hold")
    )
    for key, arrivals in by_id.items():
        taken = [a for a in arrivals if a.status not in NOT_TAKEN]
        groups = {u.group for u in ledger.users[key[0]]} or {""}
        if not taken or (plan.group and plan.group not in groups):
            continue
        timely = [_is_timely(a, ledger) for a in taken]
        if any(t is not False for t in timely) and taken[-1].at > published >= 0:
            may.add(key)
            postings += len(taken)
        accepted = any(a.status == 200 for a in taken)
        certain = all(timely) and ledger.is_sound(key[0])
        if plan.group:
            known = ledger.introduced.get(key[0], EVER) < taken[0].at
            certain &= groups == {plan.group} and known and ledger.is_lasting(key[0])
            if certain and ledger.is_late(key[0]):
                certain = ledger.users[key[0]][0].at_ms < taken[0].at_ms - JUST_MS
        if sure and accepted and certain and max(begun, ledger.restored) < taken[0].at:
            must.add(key)
    return len(must), len(may), postings


def _is_timely(arrival: Arrival, ledger: Ledger) -> bool | None:
    """Whether the event was neither old nor ahead as it was taken in; None: not certain."""
    age = arrival.at_ms - arrival.event.time_ms
    if not ledger.clock_is_true:
        return None
    if 0 <= age <= LATE_MS_MAX:
        return True
    return False if age > LATE_MS_MAX + UNSURE_MS or age < -AHEAD_MS_MAX else None


def _of_users(ledger: Ledger, plan: Planned, books: Books) -> tuple[int, int]:
    """Return how many users certainly qualified for a past-behaviour run, and how many may."""
    may = {u for u, said in ledger.users.items() if any(plan.group in ("", s.group) for s in said)}
    if books.state != "completed" or not ledger.tries_of[plan.name] or ledger.restored >= 0:
        return 0, len(may)
    published = min((a.asked for a in ledger.acts_on(plan.name, "publish")), default=-1)
    gone = {told.user for _, told in ledger.suppressed}
    sure = {user for user in ledger.members(plan.group, published) if ledger.is_sound(user)}
    return len(sure - gone), len(may)
