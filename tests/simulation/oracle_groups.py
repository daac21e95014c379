"""Judges of control groups: who is of one gets nothing of any campaign that keeps it out, ever.

Who is of a group is the product's own chance; here it is known by whom a campaign left out for it.
A campaign names one group of the operator's besides that of all, so that it is known which.
"""

from collections.abc import Iterator
from math import comb

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_ledger import Ledger, Rules

SYSTEM, CUSTOM, OWN = "system", "custom", "campaign"
CHANCE_MAX = 1e-7
"""What is less likely than this did not come by chance."""


def left_out(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Nobody of a control group gets a message of a campaign that keeps the group out."""
    members = _members(ledger)
    for name, plan in ledger.plans.items():
        for group in _kept_out(plan, rules):
            for tried in ledger.tries_of[name]:
                if tried.sent.user in members.get(group, ()):
                    what = f"{tried.sent.user} is of the control group {group}, and got {name}"
                    yield Violation("control", tried.request.at_ms, what)
                    break


def only_theirs(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Nobody is left out for a group that a campaign does not keep out."""
    for one in ledger.controlled:
        plan = ledger.plans[one.campaign]
        kinds = {SYSTEM} if plan.chosen.system and rules.house.system else set()
        kinds |= {CUSTOM} if plan.chosen.groups else set()
        kinds |= {OWN} if plan.control_percent else set()
        if one.group not in kinds:
            what = f"{one.campaign} left {one.user} out as of a {one.group} control group"
            yield Violation("control", one.at_ms, what)
            break


def of_their_size(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Of those whom campaigns decided about, about so many are of a group as its percentage says.

    Only too few are judged: caps and nights take of those who are treated.
    """
    members = _members(ledger)
    sizes = {SYSTEM: rules.house.system, **rules.house.groups}
    for group, percent in sizes.items():
        mine = members.get(group, set())
        treated = {
            tried.sent.user
            for name, plan in ledger.plans.items()
            if group in _kept_out(plan, rules)
            for tried in ledger.tries_of[name]
        }
        if _chance(len(mine), len(mine | treated), percent / 100) < CHANCE_MAX:
            what = f"of {len(mine | treated)} users {len(mine)} are of {group}, of {percent} %"
            yield Violation("control", ledger.end_ms, what)


def _kept_out(plan: Planned, rules: Rules) -> list[str]:
    system = [SYSTEM] if plan.chosen.system and rules.house.system else []
    return [*system, *plan.chosen.groups]


def _members(ledger: Ledger) -> dict[str, set[str]]:
    """Return who was shown as of each group."""
    found: dict[str, set[str]] = {}
    for one in ledger.controlled:
        groups = ledger.plans[one.campaign].chosen.groups
        name = {SYSTEM: SYSTEM, CUSTOM: groups[0] if len(groups) == 1 else ""}.get(one.group, "")
        if name:
            found.setdefault(name, set()).add(one.user)
    return found


def _chance(found: int, of: int, share: float) -> float:
    """Return how likely it is that no more of so many are of a group of this share."""
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(found + 1))
