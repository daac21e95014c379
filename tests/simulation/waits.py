"""Campaigns that wait, in the plan of a life: for a delay, or for what is not done in time."""

from random import Random

from msgspec.structs import replace

from tests.simulation.invent import EVENTS
from tests.simulation.plan import Crash, Plan, PlannedCampaign, PlannedEvent
from tests.simulation.trouble import HOUR, MINUTE, SECOND

LIVES_PERCENT = 30
"""In so many of 100 lives some campaigns wait."""
WAITS = (1, 2, 10, 45, 300)
"""Minutes."""
CARTS = ("c1", "c1", "c2")
EDGES = (-20 * SECOND, -SECOND, SECOND, 20 * SECOND, 60 * SECOND)
"""How long after the end of a wait what would clear it arrives."""
POINTS = ("timer.armed", "timer.page_read", "timer.firing_begins", "timer.decided", "timer.fired")
SPAN = 3 * HOUR


def added(plan: Plan) -> Plan:
    """Return the plan of a seed with campaigns that wait, or as it is."""
    r = Random(f"waits {plan.seed}")
    return waiting(plan, r) if r.randrange(100) < LIVES_PERCENT else plan


def waiting(plan: Plan, r: Random) -> Plan:
    """Let most live campaigns wait, and every event be about one of two carts."""
    longest = max(plan.span // MINUTE // 2, 1)
    minutes = [each for each in WAITS if each <= longest]
    carts = {one.id: r.choice(CARTS) for one in plan.events}  # a sender says the same thing again
    return replace(
        plan,
        campaigns=tuple(
            _waits(one, r, minutes) if one.kind == "live" and r.random() < 0.8 else one
            for one in plan.campaigns
        ),
        events=tuple(replace(one, cart=carts[one.id]) for one in plan.events),
    )


def _waits(one: PlannedCampaign, r: Random, minutes: list[int]) -> PlannedCampaign:
    one = replace(one, delay_minutes=0, without="", within_minutes=0, same_cart=False)
    if r.random() < 0.3:
        return replace(one, delay_minutes=r.choice(minutes))
    return replace(
        one,
        without=next(name for name in EVENTS if name != one.event),
        within_minutes=r.choice(minutes),
        same_cart=r.random() < 0.5,
        on_repeat=r.choice(("restart", "restart", "keep")),
    )


def moments(plan: Plan, r: Random) -> Plan:
    """Much is waited for; what would clear it comes at the last moment, or the daemon dies then."""
    first, *others = plan.campaigns
    live = replace(first, kind="live", event=EVENTS[0], starts=0, cap_per_run=None, cap_total=None)
    plan = replace(
        plan,
        campaigns=(live, *others),
        events=tuple(replace(one, at=one.at % SPAN) for one in plan.events),
        acts=tuple(replace(one, at=one.at % HOUR) for one in plan.acts if one.deed == "launch"),
        span=SPAN,
    )
    plan = waiting(plan, r)
    asks = [one for one in plan.campaigns if one.without]
    answers = tuple(
        answer
        for n, event in enumerate(plan.events)
        for one in asks
        if event.name == one.event and r.random() < 0.5
        for answer in _answer(event, one, r, f"answer {one.name} {n}")
        if answer.at < plan.span
    )
    dies = tuple(
        Crash(point=r.choice(POINTS), nth=r.choice((1, 2, 5)), down=r.choice((0, SECOND, MINUTE)))
        for _ in range(r.randrange(4))
    )
    return replace(plan, events=(*plan.events, *answers), crashes=(*plan.crashes, *dies))


def _answer(
    event: PlannedEvent, one: PlannedCampaign, r: Random, name: str
) -> tuple[PlannedEvent, ...]:
    """Return what clears the wait that an event begins, or just does not, as it is posted."""
    happened = event.at - event.late
    after = r.choice((0, SECOND, one.within_minutes * MINUTE // 2, one.within_minutes * MINUTE))
    early = r.random() < 0.2  # it arrives before what it answers
    at = event.at - SECOND if early else happened + one.within_minutes * MINUTE + r.choice(EDGES)
    if at < 0:
        return ()
    cart = event.cart if r.random() < 0.8 else CARTS[-1]
    return (PlannedEvent(at, name, event.user, one.without, at - happened - after, cart=cart),)
