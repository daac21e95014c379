"""Scarce weather: limits that are near, and many who want the same user, hour or slot."""

from random import Random

from msgspec.structs import replace

from tests.simulation import scarce
from tests.simulation.invent import ZONES
from tests.simulation.plan import (
    Crash,
    Plan,
    PlannedCampaign,
    PlannedEvent,
    PlannedFault,
    Window,
)
from tests.simulation.trouble import HOUR, MINUTE, SECOND
from tests.simulation.weather import DOWNS, lively, nights

EVENT = "Order Completed"
"""What every live campaign waits for in this weather, so that they want the same users."""


def users(plan: Plan, r: Random) -> Plan:
    """All campaigns want the same few users, again and again, and answers are lost."""
    plan = _crowded(scarce.over_all(plan, r), r)
    plan = nights(plan, r) if r.random() < 0.4 else plan
    if r.random() < 0.5:
        plan = replace(plan, campaigns=tuple(scarce.of_users(one, r) for one in plan.campaigns))
    return _troubled(plan, r)


def midnights(plan: Plan, r: Random) -> Plan:
    """A user may have one message a day where they live, and does something every hour."""
    zones = [zone for zone in ZONES[1:4] if zone != plan.zone]
    few = tuple(replace(one, zone=r.choice(zones), comes=0) for one in plan.users[:3])
    campaigns = tuple(replace(_live(one), queues=r.random() < 0.3) for one in plan.campaigns[:2])
    names = {one.name for one in campaigns}
    span = 50 * HOUR
    return replace(
        plan,
        users=few,
        campaigns=campaigns,
        frequency=(Window(1, period="day"),),
        acts=tuple(
            replace(act, at=act.at % HOUR)
            for act in plan.acts
            if act.deed == "launch" and act.campaign in names
        ),
        events=tuple(
            PlannedEvent(n * HOUR + r.randrange(HOUR), f"h{n}", r.choice(few).user, EVENT)
            for n in range(1, span // HOUR)
        ),
        span=span,
        oversleeps=max(plan.oversleeps, 10 * MINUTE),
    )


def weeks(plan: Plan, r: Random) -> Plan:
    """Every campaign has a table of the week, and Segment is away as a window begins."""
    days = r.choice((2, 4, 8))
    events = tuple(replace(one, at=r.randrange(days * 24 * HOUR), late=0) for one in plan.events)
    away = PlannedFault(lively(plan, r), "down", {"seconds": float(r.randrange(600, 40_000))})
    return replace(
        plan,
        campaigns=tuple(scarce.weekly(one, r) for one in plan.campaigns),
        events=events,
        span=max(plan.span, days * 24 * HOUR),
        oversleeps=max(plan.oversleeps, 30 * MINUTE),
        faults=(*plan.faults, away),
    )


def throttles(plan: Plan, r: Random) -> Plan:
    """Campaigns go to everybody through a throttle, and the daemon dies over it."""
    campaigns = tuple(
        replace(
            one,
            most_per_5_minutes=r.choice((1, 2, 3, 10, 40)),
            cap_total=None,
            cap_per_run=None,
            cap_per_day=None,
        )
        for one in plan.campaigns
    )
    plan = replace(plan, campaigns=campaigns, most_per_5_minutes=r.choice((0, 0, 4, 20)))
    return _troubled(_crowded(plan, r, campaigns=False), r)


def surges(plan: Plan, r: Random) -> Plan:
    """More qualify within an hour than a live campaign allows."""
    campaigns = tuple(scarce.surging(_live(one), r) for one in plan.campaigns)
    return _troubled(_crowded(replace(plan, campaigns=campaigns), r), r)


def _live(one: PlannedCampaign) -> PlannedCampaign:
    return replace(
        one,
        kind="live",
        event=EVENT,
        cap_per_run=None,
        safety_limit=None,
        starts=0,
    )


def _crowded(plan: Plan, r: Random, *, campaigns: bool = True) -> Plan:
    """A few users do what campaigns wait for, many times within some minutes or hours."""
    few = plan.users[: r.randrange(1, 6)]
    begins = min(lively(plan, r) + r.randrange(MINUTE), plan.span - 1)
    spread = r.choice((5 * SECOND, 10 * MINUTE, 3 * HOUR))
    more = tuple(
        PlannedEvent(begins + r.randrange(spread), f"s{n}", r.choice(few).user, EVENT)
        for n in range(r.choice((10, 30, 60)))
    )
    lives = tuple(
        replace(one, event=EVENT) if campaigns and one.kind == "live" else one
        for one in plan.campaigns
    )
    span = max(plan.span, begins + spread + HOUR)
    return replace(plan, campaigns=lives, events=(*plan.events, *more), span=span)


def _troubled(plan: Plan, r: Random) -> Plan:
    """Answers are lost, or the daemon dies, as messages go."""
    at = lively(plan, r)
    if r.random() < 0.4:
        lost = PlannedFault(at, "reset_in_answer", {"count": r.randrange(1, 6)})
        plan = replace(plan, faults=(*plan.faults, lost))
    if r.random() < 0.5:
        times = (min(at + r.randrange(5 * MINUTE), plan.span - 1) for _ in range(r.randrange(1, 4)))
        dies = tuple(Crash(at=time, down=r.choice(DOWNS)) for time in times)
        plan = replace(plan, crashes=(*plan.crashes, *dies))
    return plan
