"""Judge of portions: of those who qualify always the same so many of a hundred, at every run.

Judged where nothing else leaves anybody out: no trouble at all, no limits, no cut-off.
"""

from collections.abc import Iterator

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_ledger import Ledger, Rules
from tests.simulation.oracle_personal import is_calm, is_free

WHOLE_PERCENT = 100
CHANCE_MAX = 1e-9
"""What is less likely than this did not come by chance."""


def the_same(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Whom one run reaches the others reach too, and of many users not all are in a portion."""
    if ledger.rest is None or not is_calm(ledger, rules):
        return
    for name, plan in ledger.plans.items():
        if plan.calendar is None or plan.calendar.cutoff or plan.personal is not None:
            continue
        if not is_free(ledger, plan):
            continue
        asked = min((act.asked for act in ledger.acts_on(name, "publish")), default=-1)
        sure = {u for u in ledger.members(plan.group, asked) if not ledger.is_late(u)}
        runs = [row.run for row in ledger.ran[name] if row.state == "done"]
        reached = {run: _reached(ledger, name, run) & sure for run in runs}
        everyone = set().union(*reached.values())
        for run, users in reached.items():
            if left_out := sorted(everyone - users):
                what = f"{left_out[0]} got another run of {name}, and nothing of {run}"
                yield Violation("portion", ledger.rest.at_ms, what)
                break
        if reached and everyone == sure and _chance(plan, len(sure)) < CHANCE_MAX:
            what = f"{name} reached all of {len(sure)}, and is for {plan.portion} of a hundred"
            yield Violation("portion", ledger.rest.at_ms, what)


def _reached(ledger: Ledger, name: str, run: str) -> set[str]:
    return {tried.sent.user for tried in ledger.tries_of[name] if tried.sent.run == run}


def _chance(plan: Planned, users: int) -> float:
    """Return how likely it is that so many users are all in a portion."""
    return float((plan.portion / WHOLE_PERCENT) ** users)
