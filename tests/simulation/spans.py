"""Live campaigns that start and end, in the plan of a life: much happens just before and after.

Some wait, so that a moment comes when it is over; the daemon may die around the edges.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.invent import EVENTS
from tests.simulation.plan import Crash, Plan, PlannedAct, PlannedCampaign, PlannedEvent
from tests.simulation.trouble import HOUR, MINUTE, SECOND

SPAN = 6 * HOUR
EDGES = (-30 * MINUTE, -70 * SECOND, -SECOND, SECOND, 70 * SECOND, 10 * MINUTE, HOUR)
DOWNS = (0, SECOND, MINUTE, 10 * MINUTE)
DYING_SHARE = 0.4
USERS_MAX = 12


def between(plan: Plan, r: Random) -> Plan:
    """Every campaign is live, and has a start, an end, or both."""
    campaigns = tuple(_spanned(one, r) for one in plan.campaigns)
    users = plan.users[:USERS_MAX]
    names = {one.user for one in users}
    plan = replace(
        plan,
        users=users,
        campaigns=campaigns,
        acts=tuple(_acts(plan, campaigns, r)),
        span=SPAN,
        oversleeps=min(max(plan.oversleeps, 2 * MINUTE), 10 * MINUTE),
        suppressions=tuple(one for one in plan.suppressions if one.user in names),
        profiles=tuple(one for one in plan.profiles if one.user in names),
        rots=tuple(one for one in plan.rots if one.user in names),
        jumps=(),
        restores=(),
    )
    plan = _within(plan)
    events = sorted(_events(plan, r), key=lambda one: one.at)
    return replace(plan, events=tuple(events), crashes=(*plan.crashes, *_dies(plan, r)))


def _spanned(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    starts = r.randrange(30, 90) * MINUTE
    ends = r.randrange(180, 300) * MINUTE
    both = r.random() < 0.5
    first = both or r.random() < 0.4
    return replace(
        one,
        kind="live",
        event=r.choice(EVENTS),
        starts=starts if first else 0,
        ends=ends if both or not first else 0,
        cap_total=None if r.random() < 0.7 else one.cap_total,
        cap_per_run=None,
        safety_limit=None,
        most_per_hour=None,
        delay_minutes=r.choice((0, 0, 0, 10, 120)),
        without="",
        within_minutes=0,
        same_cart=False,
        goal="",
        test=None,
        date=None,
    )


def _acts(plan: Plan, campaigns: tuple[PlannedCampaign, ...], r: Random) -> Iterator[PlannedAct]:
    """Launch most before they start and some after that; a few are paused over an edge."""
    for one in campaigns:
        late = one.starts + r.randrange(20 * MINUTE) if r.random() < 0.2 else 0
        yield PlannedAct(late or r.randrange(10 * MINUTE), "launch", one.name)
        if r.random() < 0.2:
            edge = r.choice([at for at in (one.starts, one.ends) if at])
            begins = max(edge - r.randrange(20 * MINUTE), 15 * MINUTE)
            yield PlannedAct(begins, "pause", one.name)
            yield PlannedAct(begins + r.randrange(HOUR), "resume", one.name)


def _within(plan: Plan) -> Plan:
    """Leave out what lies after the end of the life."""
    return replace(
        plan,
        faults=tuple(one for one in plan.faults if one.at < plan.span),
        suppressions=tuple(one for one in plan.suppressions if one.at < plan.span),
        profiles=tuple(one for one in plan.profiles if one.at < plan.span),
        rots=tuple(one for one in plan.rots if one.at < plan.span),
    )


def _events(plan: Plan, r: Random) -> Iterator[PlannedEvent]:
    """Let users do what campaigns wait for, at any time and around the edges; told by carts."""
    for n in range(r.choice((20, 40))):
        name, user = r.choice(EVENTS), r.choice(plan.users).user
        yield PlannedEvent(r.randrange(SPAN), f"any {n}", user, name, cart="c1")
    for one in plan.campaigns:
        for edge in (one.starts, one.ends):
            for n in range(r.randrange(2, 6) if edge else 0):
                at = min(max(edge + r.choice(EDGES), 0), SPAN - 1)
                late = r.choice((0, 0, MINUTE, HOUR))
                name = f"{one.name} {edge} {n}"
                user = r.choice(plan.users).user
                yield PlannedEvent(at, name, user, one.event, late, cart="c1")


def _dies(plan: Plan, r: Random) -> Iterator[Crash]:
    for one in plan.campaigns:
        edge = r.choice([at for at in (one.starts, one.ends) if at])
        if r.random() < DYING_SHARE:
            yield Crash(at=edge + r.randrange(-MINUTE, MINUTE), down=r.choice(DOWNS))
