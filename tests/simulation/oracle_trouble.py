"""Judges of poison: what is bad is set aside alone and shown, and nobody else waits for it (P21).

That every other event was decided about and every other message ended is judged with the books and
the messages, in lives with poison as in those without. Not judged: a bad event of a campaign that
was ever paused or stopped, or in a life with a restore or a clock that jumped.
"""

from collections.abc import Iterator

from tests.simulation.history import Ended, Planned, Violation
from tests.simulation.oracle_gate import TOO_MANY, wait
from tests.simulation.oracle_ledger import TAKES_OVER, Ledger, Rules

FOR_A_PERSON = frozenset({"dead", "unknown"})
POISON = "poison"
WELL_MS_MIN = 40 * 60_000
"""With Segment well for so long, a message of a campaign that runs must have gone."""
HELD_BY_PEOPLE = frozenset({"paused", "blocked", "faulted"})


def unharmed(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P21: nothing that the world does to a row, a user or a message faults a campaign."""
    for name, shown in ledger.books.items():
        faulted = next((books for _, books in shown if books.state == "faulted"), None)
        if faulted is not None:
            yield Violation("P21", faulted.at_ms, f"{name} is faulted")


def shown(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P21: `dead` shows every message that waits for a person, and none that does not."""
    if ledger.rest is None:
        return
    waiting = {
        message_id: ends[0]
        for message_id, ends in ledger.ended.items()
        if ends[0].state in FOR_A_PERSON
    }
    told = {one.id: one for one in ledger.asides if one.state != POISON}
    for message_id in sorted(waiting.keys() ^ told.keys()):
        what = "waits for a person and is not shown" if message_id in waiting else "is shown"
        yield Violation("P21", ledger.rest.at_ms, f"{message_id} {what}")
        return


def set_aside(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P21: a bad event is shown as set aside, by each campaign that waits for such events."""
    if ledger.rest is None or ledger.restored >= 0 or not ledger.clock_is_true:
        return
    erased = {told.user for _, told in ledger.suppressed if told.erased}
    told = {(one.campaign, one.user) for one in ledger.asides if one.state == POISON}
    for at, rotten in ledger.rotten:
        if rotten.what != "event" or rotten.user in erased or not rotten.sure:
            continue
        for name, plan in ledger.plans.items():
            missed = plan.event == rotten.event and (name, rotten.user) not in told
            if missed and _runs_on(ledger, plan, at):
                what = f"a bad event of {rotten.user} is not set aside by {name}"
                yield Violation("P21", ledger.rest.at_ms, what)


def _runs_on(ledger: Ledger, plan: Planned, at: int) -> bool:
    """Whether a live campaign certainly ran at a place of the history, and ran to its end."""
    books = [(when, shown.state) for when, shown in ledger.books.get(plan.name, ())]
    begun = any(when < at and state == "running" for when, state in books)
    return (
        plan.kind == "live"
        and begun
        and all(state == "running" for when, state in books if when > at)
        and not any(ledger.acts_on(plan.name, "pause", "stop"))
    )


def not_starved(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P21, P4: no message expires or waits on while all is well and its campaign may send it."""
    rest = ledger.rest
    if rest is None or not ledger.clock_is_true or rules.most_per_5_minutes:
        return
    opens = (
        answer.at_ms + wait(answer, clock_is_true=True)
        for _, answer in ledger.responses.values()
        if answer.status == TOO_MANY
    )
    starts = (daemon.at_ms for _, daemon in ledger.daemons if daemon.what in TAKES_OVER)
    well_since_ms = max(rest.healed_ms, 0, *opens, *starts)
    for message_id, ends in ledger.ended.items():
        end = ends[0]
        well_ms = end.expires_ms - well_since_ms
        if (
            end.state not in {"expired", "pending"}
            or well_ms < WELL_MS_MIN
            or _may_wait(ledger, end)
        ):
            continue
        promise = "P21" if ledger.rotten else "P4"
        what = f"{message_id} of {end.campaign} never went, though all was well for {well_ms} ms"
        yield Violation(promise, rest.at_ms, what)
        return


def _may_wait(ledger: Ledger, end: Ended) -> bool:
    plan = ledger.plans[end.campaign]
    states = {books.state for _, books in ledger.books.get(end.campaign, ())}
    resumed_late = any(
        act.ask.at_ms > ledger.healed_ms for act in ledger.acts_on(end.campaign, "resume")
    )
    slow = plan.dnd is not None or plan.queues or plan.most_per_5_minutes is not None
    return slow or bool(states & HELD_BY_PEOPLE) or resumed_late
