"""Judges of chance: whom a run reaches that may not reach all is drawn, uniformly and anew.

Judged of campaigns that leave users out for nothing but a cap or a sample, in lives in which
nothing went wrong. What chance brings about once in ten million lives is no chance.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import comb, sqrt

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_calm import is_undisturbed, is_untroubled
from tests.simulation.oracle_ledger import EVER, Ledger, Rules

SURE = 10_000_000
"""Of so many draws that there might be, one certain one is not seen."""
DEVIATIONS_MAX = 5.5


def drawn_at_random(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """A run's few are neither those who stand first nor, in every run, the same."""
    limited = rules.frequency or rules.dwell_minutes
    if limited or not is_untroubled(ledger):
        return
    for name, plan in ledger.plans.items():
        if not _is_plain(plan) or not is_undisturbed(ledger, name):
            continue
        asked = min((act.asked for act in ledger.acts_on(name, "publish")), default=EVER)
        everybody = sorted(ledger.members(plan.group, asked))
        yield from _unlikely(ledger, name, everybody)


def _unlikely(ledger: Ledger, name: str, everybody: Sequence[str]) -> Iterator[Violation]:
    runs: dict[str, set[str]] = defaultdict(set)
    for tried in ledger.tries_of[name]:
        runs[tried.sent.run].add(tried.sent.user)
    seen: list[set[str]] = []
    off = spread = 0.0
    for run, drawn in runs.items():
        size, few = len(everybody), len(drawn)
        if not drawn <= set(everybody) or not 0 < few < size or comb(size, few) < SURE:
            continue
        at_ms = next(t.request.at_ms for t in ledger.tries_of[name] if t.sent.run == run)
        if drawn in (set(everybody[:few]), set(everybody[-few:])):
            yield Violation("draw", at_ms, f"{run} of {name} went to those who stand first")
            return
        if drawn in seen:
            yield Violation("draw", at_ms, f"{run} of {name} went to the same as a run before")
            return
        seen.append(drawn)
        off += sum(everybody.index(user) - (size - 1) / 2 for user in drawn)
        spread += few * (size - few) * (size + 1) / 12
    if spread and abs(off) > DEVIATIONS_MAX * sqrt(spread):
        what = f"the draws of {name} lean to one side by {off / sqrt(spread):.1f} deviations"
        yield Violation("draw", ledger.end_ms, what)


def _is_plain(plan: Planned) -> bool:
    """Whether a cap or a sample is all that leaves users out."""
    return (
        plan.kind == "past_behaviour"
        and plan.personal is None
        and plan.portion == 100
        and not plan.control_percent
        and plan.dnd is None
        and plan.per_user_max is None
        and plan.per_user_minutes is None
        and plan.expires_minutes is None
        and not plan.template
    )
