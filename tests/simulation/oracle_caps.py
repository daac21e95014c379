"""Judges of caps that leave somebody out: only full ones do, and control users take no place.

That none is exceeded is judged in `oracle_messages`. A place is taken by what was promised, whether
or not it went in the end, so all that may have had one counts.
"""

from collections.abc import Iterator

from tests.simulation.history import Books, Planned, Violation
from tests.simulation.oracle_events import heard
from tests.simulation.oracle_ledger import Act, Ledger, Rules, Try
from tests.simulation.walls import due_ms, shown

PLACELESS = frozenset(
    {
        "cap_reached",
        "cap_day",
        "cap_run",
        "not_in_portion",
        "safety_not_drawn",
        "paused_dropped",
        "run_skipped",
    }
)
"""Reasons of those who never had a place of any cap."""


def full_before_it_refuses(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Nobody is left out by a cap that had a place left."""
    for name, plan in ledger.plans.items():
        caps = (
            ("cap_reached", "total", plan.cap_total),
            ("cap_run", "run", plan.cap_per_run),
            ("cap_day", "day", plan.cap_per_day),
        )
        for reason, cap, planned in caps:
            lower = [most for kind, most, _act in _lowered(ledger, name) if kind == cap]
            most = min([planned, *lower]) if planned is not None else None
            for _at, books in ledger.books.get(name, ()) if most is not None else ():
                if books.skipped.get(reason) and (had := _places(books)) < (most or 0):
                    what = f"{name} left users out ({reason}), and had {had} of {most} places taken"
                    yield Violation("cap", books.at_ms, what)
                    break


def lowered(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P5: once a cap is lowered, nothing more is promised that it would not have allowed."""
    if not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        every = [tries[0] for tries in ledger.tries.values() if tries]  # of some nothing was sent
        firsts = [tried for tried in every if tried.sent.campaign == name]
        for cap, most, act in _lowered(ledger, name):
            if act.answer is None or not act.answer.ok:
                continue
            since_ms = act.answer.at_ms
            late = [one for one in firsts if _begins_ms(ledger, plan, one) > since_ms]
            scopes: dict[str, list[Try]] = {}
            if cap == "total" and late:
                scopes["in all"] = firsts
            for one in late if cap == "run" else ():
                scopes.setdefault(one.sent.run, []).append(one)
            for one in late if cap == "day" else ():
                begins_ms = _begins_ms(ledger, plan, one)
                days = {shown(ms, rules.zone).date() for ms in (begins_ms, one.request.at_ms)}
                if len(days) == 1 and shown(since_ms, rules.zone).date() not in days:
                    scopes.setdefault(f"{days.pop()}", []).append(one)
            for scope, those in scopes.items():
                if len(those) > most:
                    what = f"{name} sent {len(those)} messages ({scope}), and its cap was lowered"
                    yield Violation("P5", those[-1].request.at_ms, f"{what} to {most}")
                    break


def _lowered(ledger: Ledger, name: str) -> Iterator[tuple[str, int, Act]]:
    """Give which caps people asked to be lower, and how low."""
    for act in ledger.acts_on(name, "lower"):
        cap, _, most = act.ask.said.partition(" ")
        if not act.refused:
            yield cap, int(most), act


def _begins_ms(ledger: Ledger, plan: Planned, tried: Try) -> int:
    """Return a moment before which a message was certainly not decided."""
    if plan.kind != "live":
        return due_ms(tried.sent.run) if plan.calendar is not None else 0
    event = tried.sent.event
    mine = [
        a.event.sent_ms
        for a in heard(ledger, plan)
        if a.event.user == tried.sent.user and event in ("", a.event.id)
    ]
    return min(mine, default=0)


def _places(books: Books) -> int:
    """Return how many may have had a place, at most."""
    ended = sum(n for reason, n in books.skipped.items() if reason not in PLACELESS)
    return books.sent + books.pending + ended
