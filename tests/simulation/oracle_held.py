"""Judges of what waits for people: a held run, a higher limit, and a change of mind in time.

That a run over its limit messages nobody is judged in `oracle_people`. Not judged after a backup
came back: it knows nothing of what was answered since.
"""

from collections.abc import Iterator
from itertools import pairwise

from tests.simulation.history import Planned, Ran, Violation
from tests.simulation.oracle_calm import is_undisturbed, is_untroubled
from tests.simulation.oracle_ledger import Act, Ledger, Rules
from tests.simulation.oracle_runs import planned

SECOND_MS = 1_000
MINUTE_MS = 60_000
SLEEPS_MS_MAX = 60 * MINUTE_MS
"""A machine that sleeps for longer may begin nothing in time."""
SURE_MS = 5 * SECOND_MS
"""So long before its time is over a person certainly takes something back in time."""
EDITS = ("draft", "amend", "raise_limit")
ANSWERS = ("sample", "skip_run", "raise_limit", "approve", "stop")


def by_another(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P15: who drafted a campaign, or asked for its higher limit, does not approve it."""
    for name in ledger.plans:
        editors: set[str] = set()
        for act in ledger.acts_on(name, *EDITS, "approve"):
            if act.ask.act in EDITS and not act.refused:
                editors.add(act.ask.by)
            elif act.ask.act == "approve" and act.granted and act.ask.by in editors:
                what = f"{act.ask.by} wrote {name}, and approved it"
                yield Violation("P15", act.ask.at_ms, what)
                break


def makes_way(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """A held run that nobody answers makes way for the next; where it stops all, it does not."""
    if ledger.restored >= 0 or not ledger.clock_is_true:
        return
    for name, plan in ledger.plans.items():
        if plan.safety_limit is None or plan.calendar is None:
            continue
        rows = ledger.ran[name]
        asked = sum(not act.refused for act in ledger.acts_on(name, "skip_run", "stop"))
        skipped = [row for row in rows if row.state == "skipped"]
        if plan.stop_on_block and len(skipped) > asked:
            what = f"{skipped[0].run} of {name} made way, and was to stop all after it"
            yield Violation("stop_on_block", skipped[0].at_ms, what)
        if not plan.stop_on_block and is_untroubled(ledger) and is_undisturbed(ledger, name):
            yield from _stopped(ledger, plan, rows, rules)


def _stopped(ledger: Ledger, plan: Planned, rows: list[Ran], rules: Rules) -> Iterator[Violation]:
    """Tell which run was missed because one before it was held."""
    if plan.calendar is None or plan.calendar.cutoff or rules.sleeps_ms > SLEEPS_MS_MAX:
        return
    lost = {row.run for row in rows if row.state == "missed"}
    shown = ledger.books.get(plan.name, [])
    asked = [act.asked for act in ledger.acts_on(plan.name, *ANSWERS)]
    for slot in planned(ledger, plan, rules):
        for (first, before), (last, after) in pairwise(shown):
            held = before.state == after.state == "blocked"
            over = before.at_ms <= slot.due_ms <= after.at_ms
            alone = not any(first < at < last for at in asked)
            if slot.name in lost and held and over and alone:
                what = f"{slot.name} of {plan.name} was missed, as one before it was held"
                yield Violation("stop_on_block", slot.due_ms, what)
                return


def taken_back(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """What may be taken back for some seconds does not begin before; what was, never does."""
    if ledger.restored >= 0 or not ledger.clock_is_true:
        return
    for name, plan in ledger.plans.items():
        if not plan.undo_seconds:
            continue
        publishes = [act for act in ledger.acts_on(name, "publish") if not act.refused]
        undone = [act for act in ledger.acts_on(name, "undo") if act.granted]
        wait_ms = plan.undo_seconds * SECOND_MS
        for tried in ledger.tries_of[name]:
            before = [act for act in publishes if act.asked < tried.at]
            if not any(tried.request.at_ms - a.ask.at_ms >= wait_ms for a in before):
                what = f"{name} began before it could not be taken back any more"
                yield Violation("undo", tried.request.at_ms, what)
                break
            latest = max((act.answered for act in undone if act.answered < tried.at), default=-1.0)
            if latest >= 0 and not any(act.answered > latest for act in before):
                what = f"{name} was sent after it had been taken back"
                yield Violation("undo", tried.request.at_ms, what)
                break
        yield from _refused(ledger, plan, publishes)


def _refused(ledger: Ledger, plan: Planned, publishes: list[Act]) -> Iterator[Violation]:
    """Tell who was told that it is too late, and was in time."""
    if not is_undisturbed(ledger, plan.name):
        return
    for act in ledger.acts_on(plan.name, "undo"):
        before = [each for each in publishes if each.granted and each.answered < act.asked]
        if not act.refused or not before or act.answer is None:
            continue
        others = (other.answered for other in ledger.acts_on(plan.name, "undo") if other.granted)
        gone = any(before[-1].asked < at < act.answered for at in others)
        ends_ms = before[-1].ask.at_ms + plan.undo_seconds * SECOND_MS
        if not gone and act.answer.at_ms + SURE_MS < ends_ms:
            what = f"{plan.name} could not be taken back in time"
            yield Violation("undo", act.answer.at_ms, what)
