"""Campaigns that go at a date, in the plan of a life: the event carries it, another may replace it.

What replaces or clears a date comes at the last moment as well, and the daemon may die then.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.simulation.invent import EVENTS
from tests.simulation.kinds import OnDate
from tests.simulation.oracle_times import zone_or
from tests.simulation.plan import Crash, Plan, PlannedCampaign, PlannedEvent
from tests.simulation.trouble import HOUR, MINUTE, SECOND
from tests.simulation.waits import CARTS, EDGES, POINTS

OFFSETS = (-300, -60, -10, 0, 0, 10, 60, 300)
"""Minutes."""
SPAN_HOURS = (4, 12, 30)
AHEAD = (-5 * HOUR, -121 * MINUTE, -119 * MINUTE, -HOUR, -MINUTE, 0, 30 * SECOND, 10 * MINUTE)
LATER = (HOUR, HOUR, 3 * HOUR, 5 * HOUR)
"""How long after the event its message falls due; where that is before it, it is past."""
USERS_MAX = 8


def dated(plan: Plan, r: Random) -> Plan:
    """Most live campaigns go at a date, of few users, who change their minds."""
    span = r.choice(SPAN_HOURS) * HOUR
    campaigns = tuple(
        _at_date(one, r) if not n or (one.kind == "live" and r.random() < 0.7) else one
        for n, one in enumerate(plan.campaigns)
    )
    first, users = campaigns[0], plan.users[:USERS_MAX]
    names = {one.user for one in users}
    plan = replace(
        plan,
        users=users,
        campaigns=campaigns,
        acts=tuple(replace(act, at=act.at % (span // 2)) for act in plan.acts),
        span=max(plan.span, span),
        jittery=True,
        oversleeps=max(plan.oversleeps, 2 * MINUTE),
        suppressions=tuple(one for one in plan.suppressions if one.user in names),
        profiles=tuple(one for one in plan.profiles if one.user in names),
        rots=tuple(one for one in plan.rots if one.user in names),
    )
    events = tuple(_events(plan, first, r, span))
    dies = tuple(
        Crash(point=r.choice(POINTS), nth=r.choice((1, 2, 4)), down=r.choice((0, SECOND, MINUTE)))
        for _ in range(r.randrange(3))
    )
    return replace(plan, events=events, crashes=(*plan.crashes, *dies))


def _at_date(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    event = one.event or EVENTS[0]
    other = next(name for name in EVENTS if name != event)
    date = OnDate(
        minutes=r.choice(OFFSETS),
        same_cart=r.random() < 0.5,
        cancel=other if r.random() < 0.6 else "",
    )
    return replace(
        one,
        kind="live",
        event=event,
        starts=0,
        cap_per_run=None,
        safety_limit=None,
        delay_minutes=0,
        without="",
        within_minutes=0,
        same_cart=False,
        date=date,
    )


def _events(plan: Plan, one: PlannedCampaign, r: Random, span: int) -> Iterator[PlannedEvent]:
    """Give events with dates, and of some a later one that replaces the date, or clears it."""
    assert one.date is not None, "the first campaign goes at a date"
    begins = span // 4
    for n in range(r.choice((6, 12, 24))):
        user, cart = r.choice(plan.users).user, r.choice(CARTS)
        at = r.randrange(begins, span)
        event = _carries(plan, r, PlannedEvent(at, f"d{n}", user, one.event, cart=cart), one)
        yield event[0]
        if r.random() < 0.1:  # its sender posts it again
            again = at + r.choice((SECOND, 10 * MINUTE))
            yield replace(event[0], at=min(again, span - 1), late=min(again, span - 1) - at)
        if r.random() >= 0.5:
            continue
        name = one.event if r.random() < 0.5 or not one.date.cancel else one.date.cancel
        when = event[1] + r.choice(EDGES) if r.random() < 0.6 else at + r.randrange(HOUR)
        if not 0 <= when < span:
            continue
        after = PlannedEvent(
            when, f"d{n} after", user, name, r.choice((0, 0, 10 * SECOND)), cart=cart
        )
        if r.random() < 0.1:
            after = replace(after, cart=CARTS[-1])
        yield _carries(plan, r, after, one)[0]


def _carries(
    plan: Plan, r: Random, event: PlannedEvent, one: PlannedCampaign
) -> tuple[PlannedEvent, int]:
    """Give an event a date, and tell when its message falls due by it."""
    assert one.date is not None, "the campaign goes at a date"
    due = event.at + r.choice(LATER if r.random() < 0.6 else AHEAD)
    moment_ms = plan.start_ms + due - one.date.minutes * MINUTE
    kind = r.random()
    if kind < 0.05:
        return replace(event, date=r.choice(("soon", ""))), due
    moment = datetime.fromtimestamp(moment_ms // SECOND, UTC)
    if kind < 0.2:
        said = next(each.zone for each in plan.users if each.user == event.user)
        wall = moment.astimezone(ZoneInfo(zone_or(said, plan.zone)))
        return replace(event, date=f"{wall:%Y-%m-%dT%H:%M:%S}"), due
    return replace(event, date=f"{moment:%Y-%m-%dT%H:%M:%SZ}"), due
