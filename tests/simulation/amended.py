"""Campaigns that people change while they run, in the plan of a life: again and again."""

from random import Random

from msgspec.structs import replace

from tests.simulation.plan import Plan, PlannedAct

TIMES = range(4, 12)
EARLY = 3
"""The higher, the more of them come early, where more campaigns run."""


def amended(plan: Plan, r: Random) -> Plan:
    """Somebody changes what each campaign says, whatever else happens to it."""
    acts = [
        PlannedAct(int(plan.span * r.random() ** EARLY), "amend", one.name)
        for one in plan.campaigns
        for _ in range(r.choice(TIMES))
    ]
    return replace(plan, acts=tuple(sorted((*plan.acts, *acts), key=lambda act: act.at)))
