"""Judges of a backup that came back: what it does not know of is not done again (P26).

What a sender posts again, or only now, is decided anew, under the same ids as before.
"""

from collections.abc import Iterator

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_dates import moments
from tests.simulation.oracle_ledger import Ledger, Rules, Try
from tests.simulation.oracle_waits import moment_ms, waits
from tests.simulation.walls import due_ms

ANSWERED_MS_MAX = 60_000
"""A sender hears so soon that an event was taken in, after its message may have gone already."""


def not_after_a_restore(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P26: nothing that was decided before a backup came back is in a request after it.

    Of a live campaign there must be an event that came in after it; of past behaviour, a time that
    had not come yet, or a person who published it after it.
    """
    for restored, daemon in ledger.daemons:
        if daemon.what != "restored":
            continue
        for message_id, tries in sorted(ledger.tries.items()):
            after = next((t for t in tries if t.at > restored), None)
            if after is not None and not _is_new(ledger, after, restored, daemon.at_ms, rules):
                what = f"{message_id} was decided before the restore, and sent after it"
                what += f" in request {after.request.n}"
                yield Violation("P26", after.request.at_ms, what)


def _is_new(ledger: Ledger, tried: Try, restored: int, restored_ms: int, rules: Rules) -> bool:
    plan = ledger.plans.get(tried.sent.campaign)
    if plan is None:
        return False
    if plan.kind == "live":
        return (
            _dated_later(ledger, plan, tried, restored_ms, rules)
            or _fell_due_later(ledger, plan, tried, restored_ms)
            or any(
                restored < a.at
                and a.at_ms <= tried.request.at_ms + ANSWERED_MS_MAX
                and a.event.user == tried.sent.user
                for a in ledger.arrivals[plan.event]
            )
        )
    anew = any(act.answered > restored for act in ledger.acts_on(plan.name, "publish"))
    later = plan.calendar is not None and due_ms(tried.sent.run) > restored_ms
    return anew or later or plan.start_ms > restored_ms or not ledger.clock_is_true


def _dated_later(ledger: Ledger, plan: Planned, tried: Try, restored_ms: int, rules: Rules) -> bool:
    """Whether the message is for a date that had not come when the backup came back."""
    return plan.date is not None and any(
        arrival.event.id == tried.sent.event
        and (due := moments(ledger, plan, arrival, rules)) is not None
        and due[1] > restored_ms
        for arrival in ledger.arrivals[plan.event]
    )


def _fell_due_later(ledger: Ledger, plan: Planned, tried: Try, restored_ms: int) -> bool:
    """Whether the message is for a wait that was not over when the backup came back."""
    return waits(plan) and any(
        arrival.event.id == tried.sent.event
        and moment_ms(plan, arrival.event.time_ms) > restored_ms
        for arrival in ledger.arrivals[plan.event]
    )
