"""What live campaigns wait for besides one event, in the plan of a life of a few users.

Any of two events, the first time only, an audience that is asked again after a wait, or is not, and
graces of every length; users change their group while they wait.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.invent import EVENTS
from tests.simulation.plan import Plan, PlannedAct, PlannedCampaign, PlannedEvent, PlannedProfile
from tests.simulation.trouble import HOUR, MINUTE, SECOND

SPAN = 5 * HOUR
USERS_MAX = 8
GRACES = (0, 30, 300, 3_600)
"""Seconds."""
WAITS = (10, 45, 90)
"""Minutes."""


def heard(plan: Plan, r: Random) -> Plan:
    """Campaigns of every such kind hear what a few users do, again and again."""
    users = plan.users[:USERS_MAX]
    names = {one.user for one in users}
    campaigns = tuple(_hears(one, r) for one in plan.campaigns)
    plan = replace(
        plan,
        users=users,
        campaigns=campaigns,
        acts=tuple(PlannedAct(r.randrange(20 * MINUTE), "launch", one.name) for one in campaigns),
        span=SPAN,
        oversleeps=min(max(plan.oversleeps, 2 * MINUTE), 10 * MINUTE),
        faults=tuple(one for one in plan.faults if one.at < SPAN),
        suppressions=tuple(o for o in plan.suppressions if o.user in names and o.at < SPAN),
        rots=tuple(one for one in plan.rots if one.user in names and one.at < SPAN),
        profiles=(),
        jumps=(),
        restores=(),
    )
    events = sorted(_events(plan, r), key=lambda one: one.at)
    plan = replace(plan, events=tuple(events))
    return replace(plan, profiles=tuple(_changes(plan, r)))


def _hears(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    event, other = r.sample(EVENTS, 2)
    plain = replace(
        one,
        kind="live",
        event=event,
        starts=0,
        cap_per_run=None,
        safety_limit=None,
        most_per_hour=None,
        cap_total=None,
        delay_minutes=0,
        without="",
        within_minutes=0,
        same_cart=False,
        goal="",
    )
    match r.randrange(4):
        case 0:
            return replace(plain, also=other, first_time=r.random() < 0.3)
        case 1:
            return replace(plain, first_time=True, group="")
        case 2:
            waits = r.choice(WAITS)
            again = r.random() < 0.5
            return replace(plain, delay_minutes=waits, group=r.choice("ab"), recheck=again)
        case _:
            return replace(
                plain,
                without=other,
                within_minutes=r.choice(WAITS),
                grace_seconds=r.choice(GRACES),
                group=r.choice(("", "a")),
                recheck=r.random() < 0.7,
            )


def _events(plan: Plan, r: Random) -> Iterator[PlannedEvent]:
    """Let each user do either thing a few times; what is told by its cart is told of."""
    for one in plan.users:
        for n in range(r.randrange(2, 8)):
            at, late = r.randrange(SPAN), r.choice((0, 0, 0, SECOND, MINUTE, 3 * HOUR))
            yield PlannedEvent(at, f"{one.user} {n}", one.user, r.choice(EVENTS), late, cart="c1")


def _changes(plan: Plan, r: Random) -> Iterator[PlannedProfile]:
    """Let users come to be of the other group, mostly soon after they did something."""
    for event in plan.events:
        if r.random() < 0.3:
            at = min(event.at + r.choice((MINUTE, 8 * MINUTE, HOUR)), SPAN - 1)
            yield PlannedProfile(at, event.user, r.choice("ab"))
    for one in plan.users:
        if r.random() < 0.5:
            yield PlannedProfile(r.randrange(30 * MINUTE, SPAN), one.user, r.choice("ab"))
