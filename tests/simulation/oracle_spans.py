"""The judge of a live campaign's end: nothing of it begins after that.

That nothing begins before its start is judged in `oracle_times`, and that what comes in before its
start or after its end is no trigger, and what lies between is one, in `oracle_books`.
"""

from collections.abc import Iterator

from tests.simulation.history import Violation
from tests.simulation.oracle_calm import is_untroubled
from tests.simulation.oracle_ledger import Ledger, Rules

ENDS_MS_MAX = 60_000
"""A machine that is awake ends a campaign within so long; what was claimed before still begins."""


def over_at_its_end(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Nothing of a live campaign begins after its end: what waits then is dropped."""
    if not is_untroubled(ledger):
        return
    for name, plan in ledger.plans.items():
        if plan.kind != "live" or not plan.ends_ms:
            continue
        latest_ms = plan.ends_ms + rules.sleeps_ms + ENDS_MS_MAX
        for tried in ledger.tries_of[name]:
            if tried.request.at_ms > latest_ms:
                late_ms = tried.request.at_ms - plan.ends_ms
                what = f"{name} was sent to {tried.sent.user} {late_ms} ms after its end"
                yield Violation("span", tried.request.at_ms, what)
                break
        books = ledger.last_books(name)
        at_rest = ledger.rest is not None and plan.ends_ms < ledger.rest.healed_ms
        if at_rest and books is not None and books.state == "running":
            yield Violation("span", books.at_ms, f"{name} still runs after its end")
