"""Judges of the books: they balance, and what they count is what happened.

Not judged: how many events count of a campaign that ended, that was held back by a pause, or in a
life whose wall clock jumped, beyond that there are no more than were posted. Campaigns that wait
are judged in `oracle_waits`.
"""

from collections.abc import Iterator

from tests.simulation.history import Books, Planned, Ran, Violation
from tests.simulation.oracle_events import certain, possible
from tests.simulation.oracle_ledger import Ledger, Rules
from tests.simulation.oracle_waits import waits

MAY_WAIT = frozenset({"paused", "blocked", "faulted"})
NO_RUN = frozenset({"missed", "skipped_overlap"})


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
        once = plan.kind == "past_behaviour" and plan.calendar is None
        due = once and plan.start_ms < rest.healed_ms
        if due and books.state in {"scheduled", "running"}:
            yield Violation("P4", rest.at_ms, f"{name} is {books.state} and never ends")


def considered(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P10, P11, P20: each accepted event that qualifies was decided about, exactly once."""
    if ledger.rest is None:
        return
    for name, plan in ledger.plans.items():
        books = ledger.last_books(name)
        if books is None or waits(plan) or plan.date is not None:
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
    may = possible(ledger, plan)
    return len(certain(ledger, plan, books)), len(may), sum(may.values())


def _is_run(row: Ran) -> bool:
    return row.state not in NO_RUN


def _of_users(ledger: Ledger, plan: Planned, books: Books) -> tuple[int, int]:
    """Return how many users certainly qualified for a past-behaviour run, and how many may."""
    may = {u for u, said in ledger.users.items() if any(plan.group in ("", s.group) for s in said)}
    least, most = int(books.state == "completed" and bool(ledger.tries_of[plan.name])), 1
    if plan.calendar is not None:  # then it is one or none for each of its runs
        rows = ledger.ran[plan.name]
        least, most = sum(row.state == "done" for row in rows), sum(map(_is_run, rows))
        if ledger.restored >= 0:  # what was held then is given up, and keeps its books
            most += sum(row.state == "missed" and row.qualified > 0 for row in rows)
    if not least or ledger.restored >= 0 or plan.chosen.who is not None:
        return 0, len(may) * most  # who fits a tree is judged in `oracle_asks`
    published = min((a.asked for a in ledger.acts_on(plan.name, "publish")), default=-1)
    gone = {told.user for _, told in ledger.suppressed}
    sure = {user for user in ledger.members(plan.group, published) if ledger.is_sound(user)}
    return len(sure - gone) * least, len(may) * most
