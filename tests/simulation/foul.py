"""Foul weather: rows that go bad, users who leave, "too much" without end, backups put back."""

from random import Random

from msgspec.structs import replace

from tests.simulation import trouble
from tests.simulation.invent import EVENTS
from tests.simulation.plan import (
    Crash,
    Plan,
    PlannedAct,
    PlannedBackup,
    PlannedCampaign,
    PlannedEvent,
    PlannedFault,
    PlannedRestore,
    Rot,
)
from tests.simulation.trouble import HOUR, MINUTE, SECOND
from tests.simulation.weather import burst, doubt, lively


def poison(plan: Plan, r: Random) -> Plan:
    """Rows go bad while a run waits to be sent, and Segment refuses one user, or a template does.

    Segment is away as the first campaign goes to everybody.
    """
    first, *others = plan.campaigns
    everybody = PlannedCampaign(
        first.name, "past_behaviour", on_ambiguous="retry", expires_minutes=180
    )
    night = ("03:00", "04:00") if r.random() < 0.6 else None  # else nobody asks for a zone
    others = [replace(one, dnd=night) for one in others]
    plan = replace(burst(plan, r), campaigns=(everybody, *others))
    plan = trouble.templates(plan, r) if r.random() < 0.5 else plan
    plan = trouble.rot(plan, r)
    at = next(act.at for act in plan.acts if act.campaign == first.name)
    ends = at + 2 * HOUR
    away = PlannedFault(max(at - SECOND, 0), "down", {"seconds": float(r.randrange(900, 3_600))})
    more = tuple(Rot(0, "traits", one.user) for one in plan.users if r.random() < 0.1)
    plan = replace(
        plan,
        rots=tuple(
            replace(one, at=at + r.randrange(30 * SECOND, 15 * MINUTE)) for one in plan.rots + more
        ),
        faults=(*plan.faults, away),
        acts=tuple(act for act in plan.acts if act.deed == "launch" and act.at < ends),
        events=tuple(event for event in plan.events if event.at < ends),
        profiles=(),
        span=ends,
    )
    return trouble.refused(plan, r) if r.random() < 0.3 else plan


def farewells(plan: Plan, r: Random) -> Plan:
    """Users leave while they are about to be messaged, are imported again, and do things.

    Half of the time Segment is away just then, so that their messages wait.
    """
    plan = trouble.farewells(_live(plan), r)
    at = lively(plan, r)
    told = tuple(
        replace(one, at=(at if r.random() < 0.5 else lively(plan, r)) + r.randrange(30 * SECOND))
        for one in plan.suppressions
    )
    again = tuple(replace(one, at=one.at % HOUR + HOUR) for one in plan.profiles)
    away = PlannedFault(max(at - SECOND, 0), "down", {"seconds": float(r.randrange(60, 1_200))})
    span = max([plan.span, 3 * HOUR, *(one.at + HOUR for one in told)])
    return replace(
        plan,
        suppressions=told,
        profiles=again,
        events=(*plan.events, *_deeds(plan, r, 2 * HOUR, span)),
        faults=(*plan.faults, away) if r.random() < 0.5 else plan.faults,
        rate=r.choice((2, 10)),
        span=span,
    )


def _live(plan: Plan) -> Plan:
    """Let at least one campaign be live: only what users do after they left brings such messages.

    Of past behaviour none is asked again who was suppressed when the run was drawn.
    """
    if any(one.kind == "live" for one in plan.campaigns):
        return plan
    first, *others = plan.campaigns
    live = replace(first, kind="live", event=EVENTS[0], cap_per_run=None, starts=0)
    return replace(plan, campaigns=(live, *others))


def _deeds(plan: Plan, r: Random, begins: int, ends: int) -> tuple[PlannedEvent, ...]:
    """Let each user who left do something that a live campaign waits for."""
    names = [one.event for one in plan.campaigns if one.kind == "live"]
    return tuple(
        PlannedEvent(r.randrange(begins, ends), f"left-{n}", one.user, r.choice(names))
        for n, one in enumerate(plan.suppressions)
    )


def throttles(plan: Plan, r: Random) -> Plan:
    """Segment says "too much" again and again, in every way, while much is to be sent.

    Half of the daemons die before it would have more: the next one may not ask sooner.
    """
    plan = trouble.throttled(burst(plan, r), r)
    at = lively(plan, r)
    faults = tuple(replace(one, at=min(at, plan.span - 1)) for one in plan.faults)
    plan = replace(plan, faults=faults, rate=r.choice((2, 10, 100)), at_once=r.choice((1, 2, 4)))
    if r.random() < 0.5:
        return plan
    dies = Crash(
        at=min(at, plan.span - 1) + r.randrange(15 * SECOND, MINUTE), down=r.choice((0, SECOND))
    )
    return replace(plan, crashes=(*plan.crashes, dies))


def restores(plan: Plan, r: Random) -> Plan:
    """A backup is put back of a time when much was under way, with a stop and farewells between."""
    plan = trouble.farewells(_live(doubt(plan, r) if r.random() < 0.3 else plan), r)
    at = lively(plan, r) + r.randrange(5 * SECOND, 20 * SECOND)
    back = at + r.choice((MINUTE, HOUR))
    stops = tuple(
        PlannedAct(r.randrange(at, back), "stop", one.name)
        for one in plan.campaigns
        if r.random() < 0.3
    )
    resumes = tuple(
        PlannedAct(back + r.randrange(30 * SECOND, HOUR), "resume", one.name)
        for one in plan.campaigns
    )
    told = tuple(replace(one, at=r.randrange(at + SECOND, back)) for one in plan.suppressions)
    new = {one.user for one in told if r.random() < 0.5}  # whom the backup does not know
    span = max(plan.span, back + 3 * HOUR)
    return replace(
        plan,
        users=tuple(replace(one, comes=at + 200) if one.user in new else one for one in plan.users),
        rate=r.choice((2, 10)),
        acts=(*plan.acts, *stops, *resumes),
        suppressions=told,
        profiles=tuple(replace(one, at=back + r.randrange(MINUTE, HOUR)) for one in plan.profiles),
        backups=(PlannedBackup(at),),
        restores=(PlannedRestore(back, r.choice((0, SECOND, MINUTE))),),
        events=(*plan.events, *_deeds(plan, r, back + HOUR, span)),
        span=span,
    )
