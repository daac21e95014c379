"""The judge of an audience that is asked again after a wait, or only once.

Which events trigger is judged in `oracle_events`. Not judged: a change that was told about when the
wait ended, and what happened after a backup came back.
"""

from collections.abc import Iterator

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_ledger import Ledger, Rules
from tests.simulation.oracle_waits import Told, moment_ms, told, waits

CHANGED = "filter_no_longer_matches"
SURE_MS = 60_000
"""So long before its wait ended a user had certainly come to be of another group."""


def asked_again(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Whoever is of the group no more when a wait ends gets nothing; or does, if asked once."""
    if not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        if not waits(plan) or not plan.group:
            continue
        if not plan.recheck:
            for _at, books in ledger.books.get(name, ()):
                if lost := books.skipped.get(CHANGED):
                    what = f"{name} asks once, and lost {lost} who had changed since"
                    yield Violation("recheck", books.at_ms, what)
                    break
            continue
        events = told(ledger, plan.event)
        for tried in ledger.tries_of[name]:
            event = events.get(tried.sent.event)
            if event is not None and _has_left(ledger, plan, event):
                what = f"{tried.sent.user} got {name}, and was of its group no more"
                yield Violation("recheck", tried.request.at_ms, what)
                break


def passed(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """No event triggers whose number is below the one that a campaign asks for."""
    for name, plan in ledger.plans.items():
        if not plan.chosen.trigger_n:
            continue
        numbers = {a.event.id: a.event.n for a in ledger.arrivals[plan.event]}
        for tried in ledger.tries_of[name]:
            if numbers.get(tried.sent.event, plan.chosen.trigger_n) < plan.chosen.trigger_n:
                what = f"{tried.sent.event} of {tried.sent.user} is too small for {name}"
                yield Violation("filter", tried.request.at_ms, what)
                break


def _has_left(ledger: Ledger, plan: Planned, event: Told) -> bool:
    """Whether a user was certainly of another group when a wait ended, and a minute around."""
    due_ms = moment_ms(plan, event.least_ms)
    before = [one for one in ledger.users[event.user] if one.at_ms <= due_ms - SURE_MS]
    if not before:
        return False
    # Of two that were answered at about the same time either may have come in last.
    latest_ms = before[-1].at_ms - SURE_MS
    since = [one for one in ledger.users[event.user] if one.at_ms >= latest_ms]
    return all(one.group != plan.group for one in since)
