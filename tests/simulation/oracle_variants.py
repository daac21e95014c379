"""The judge of variants: a user has one in a campaign, whatever happens to the daemon."""

from collections import defaultdict
from collections.abc import Iterator

from tests.simulation.history import Violation
from tests.simulation.oracle_ledger import Ledger, Rules

VARIANTS = frozenset({"A", "B"})


def one_variant(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A message of a campaign that is split has a variant, and a user always the same one."""
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for message_id, tries in ledger.tries.items():
        plan = ledger.plans.get(tries[0].sent.campaign) if tries else None
        if plan is None:
            continue
        found = {each.sent.variant for each in tries}
        possible = VARIANTS if plan.split else frozenset({""})
        if len(found) > 1 or not found <= possible:
            what = f"{message_id} of {plan.name} has the variants {sorted(found)}"
            yield Violation("variant", tries[-1].request.at_ms, what)
        mine = held[plan.name, tries[0].sent.user]
        mine |= found
        if len(mine) > 1:
            what = f"{tries[0].sent.user} has the variants {sorted(mine)} in {plan.name}"
            yield Violation("variant", tries[0].request.at_ms, what)
