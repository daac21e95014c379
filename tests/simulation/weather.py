"""Rough weather: the plan of a seed, changed so that one kind of trouble comes thick.

A life that is invented has a little of everything, and what needs three rare things at once is
rare in it. Here they come together: an answer that is lost just before a long outage, a pause in
the middle of a blast, a crash between two commits.
"""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from msgspec.structs import replace

from tests.simulation.plan import (
    Crash,
    FaultName,
    Jump,
    Plan,
    PlannedAct,
    PlannedCampaign,
    PlannedFault,
    PlannedUser,
    Usurped,
)
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND

Weather: TypeAlias = Callable[[Plan, Random], Plan]

OUTAGES = (12 * HOUR, 19 * HOUR + 54 * MINUTE, 20 * HOUR + 6 * MINUTE, 24 * HOUR)
"""Milliseconds; around the 20 hours after which nothing is sent again."""
PAUSES_OF_LIFE = 12
POINTS = (
    "claim.committed",
    "answer.received",
    "settle.committed",
    "admission.cursor_moved",
    "draw.chunk_written",
)
"""Places in the product at which a crash shows most."""
DOWNS = (0, SECOND)


def calm(plan: Plan) -> Plan:
    """Take away what else could go wrong, and the limits that keep messages from being sent."""
    return replace(
        plan,
        crashes=(),
        usurpations=(),
        faults=(),
        well=(),
        rots=(),
        suppressions=(),
        profiles=(),
        backups=(),
        restores=(),
        frequency=(),
        dwell_minutes=0,
        most_per_5_minutes=0,
        oversleeps=max(plan.oversleeps, 10 * MINUTE),
        campaigns=tuple(_plain(one) for one in plan.campaigns),
    )


def _plain(one: PlannedCampaign) -> PlannedCampaign:
    return replace(
        one,
        safety_limit=None,
        control_percent=0,
        dnd=None,
        dnd_week=(),
        per_user_max=None,
        per_user_minutes=None,
        ignores_limits=False,
        queues=False,
        most_per_5_minutes=None,
        most_per_hour=None,
        expires_minutes=4_320,
        group="",
    )


def doubt(plan: Plan, r: Random) -> Plan:
    """Answers are lost, a long outage follows, and perhaps doubt again at its end."""
    begins = lively(plan, r) + r.randrange(10 * SECOND, 60 * SECOND)
    lasts = r.choice(OUTAGES)
    lost_at = r.choice((0, begins - 10 * SECOND))
    faults = [
        PlannedFault(lost_at, "reset_in_answer", {"count": r.choice((1, 6, 12))}),
        PlannedFault(begins, "down", {"seconds": lasts / SECOND}),
    ]
    ends = begins + lasts
    if r.random() < 0.6:  # the queue of faults waits for the first request after the outage
        faults.append(
            PlannedFault(begins + lasts // 2, "server_error", {"count": r.randrange(1, 4)})
        )
        second = ends + r.randrange(20 * MINUTE)
        ends = max(second + HOUR, begins + 21 * HOUR)
        faults.append(PlannedFault(second, "down", {"seconds": (ends - second) / SECOND}))
    return replace(
        plan,
        campaigns=tuple(replace(one, on_ambiguous="retry") for one in plan.campaigns),
        faults=(*plan.faults, *faults),
        span=max(plan.span, ends + 2 * HOUR),
    )


def refusal(plan: Plan, r: Random) -> Plan:
    """Segment refuses whole batches, or says odd things."""
    kinds: tuple[FaultName, ...] = (
        "too_large",
        "too_large",
        "garbage",
        "server_error",
        "hang",
        "refuse",
    )
    faults = tuple(
        PlannedFault(r.choice((0, lively(plan, r))), r.choice(kinds), {"count": r.randrange(1, 4)})
        for _ in range(r.randrange(1, 3))
    )
    return replace(plan, faults=(*plan.faults, *faults), rate=r.choice((10, 100, 1_000)))


def crashes(plan: Plan, r: Random) -> Plan:
    """The daemon dies often, at commits and where it matters most; some campaigns hold.

    Half of the time many events come at once, so that it dies over them.
    """
    plan = burst(plan, r) if r.random() < 0.5 else plan
    some = tuple(
        Crash(commit=r.randrange(10, 200), down=r.choice((0, SECOND, MINUTE)))
        if r.random() < 0.4
        else Crash(point=r.choice(POINTS), nth=r.choice((1, 1, 2, 3, 5)), down=r.choice(DOWNS))
        for _ in range(r.randrange(1, 6))
    )
    return replace(
        plan,
        crashes=(*plan.crashes, *some),
        rate=r.choice((2, 10, 100)),
        campaigns=tuple(
            replace(one, on_ambiguous=r.choice(("retry", "hold"))) for one in plan.campaigns
        ),
    )


def second_thoughts(plan: Plan, r: Random) -> Plan:
    """Campaigns are paused or stopped while they send, slowly; the daemon may die over it."""
    acts: list[PlannedAct] = []
    dies: list[Crash] = []
    for act in plan.acts:
        if act.deed == "launch":
            begins = act.at + r.randrange(5 * SECOND, 40 * SECOND)
            acts.append(PlannedAct(begins, r.choice(("pause", "pause", "stop")), act.campaign))
            acts.append(PlannedAct(begins + r.randrange(HOUR), "resume", act.campaign))
            if r.random() < 0.4:  # a pause that was kept in memory only would be over then
                dies.append(Crash(at=begins + r.randrange(SECOND, MINUTE), down=r.choice(DOWNS)))
    span = max([plan.span, *(act.at + MINUTE for act in acts)])
    return replace(
        plan,
        acts=(*plan.acts, *acts),
        crashes=(*plan.crashes, *dies),
        rate=r.choice((2, 10)),
        span=span,
    )


def in_the_middle(plan: Plan, r: Random) -> Plan:
    """Two campaigns go to everybody, slowly; one is paused and resumed again and again."""
    one, other = (
        PlannedCampaign(name, "past_behaviour", expires_minutes=4_320) for name in ("C0", "C1")
    )
    users = tuple(PlannedUser(f"u{n:03}") for n in range(100))
    rate, at = r.choice((4, 8)), 15 * SECOND
    acts = [PlannedAct(0, "launch", one.name), PlannedAct(SECOND, "launch", other.name)]
    for _ in range(PAUSES_OF_LIFE):
        at += r.randrange(300, 1_000)
        acts.append(PlannedAct(at, "pause", one.name))
        at += r.randrange(200, 1_000)
        acts.append(PlannedAct(at, "resume", one.name))
    return replace(
        calm(plan),
        users=users,
        at_once=4,
        campaigns=(one, other),
        events=(),
        acts=tuple(acts),
        oversleeps=0,
        rate=rate,
        span=at + MINUTE,
    )


def busy(plan: Plan, r: Random) -> Plan:
    """The same on a busy machine: a pause falls between the claim of messages and their request."""
    plan = in_the_middle(plan, r)
    return replace(plan, rate=r.choice((20, 50, 100)), jittery=True)


def burst(plan: Plan, r: Random) -> Plan:
    """Many events come at nearly the same time, while their campaigns run."""
    begins = lively(plan, r) + r.randrange(20 * SECOND, HOUR)
    spread = r.choice((50, 500, 5_000))
    events = (
        replace(one, at=begins + r.randrange(spread), late=0) if r.random() < 0.5 else one
        for one in plan.events
    )
    return replace(plan, events=tuple(events), span=max(plan.span, begins + HOUR))


def nights(plan: Plan, r: Random) -> Plan:
    """Every campaign has a long night, and Segment is away in the evening."""
    campaigns = []
    for one in plan.campaigns:
        begins, hours = r.randrange(24), r.randrange(4, 14)
        night = (f"{begins:02}:00", f"{(begins + hours) % 24:02}:00")
        campaigns.append(replace(one, dnd=night))
    away = PlannedFault(lively(plan, r), "down", {"seconds": float(r.randrange(600, 40_000))})
    return replace(plan, campaigns=tuple(campaigns), faults=(*plan.faults, away))


def leaps(plan: Plan, r: Random) -> Plan:
    """The wall clock leaps, perhaps over a campaign's time or a night, and comes back."""
    plan = nights(plan, r) if r.random() < 0.5 else plan
    at = max(lively(plan, r) - r.choice((0, MINUTE, HOUR)), 0)
    size = r.choice((10 * SECOND, MINUTE, HOUR, 3 * HOUR, 25 * HOUR, 365 * 24 * HOUR))
    back = at + r.choice((SECOND, MINUTE, 30 * MINUTE))
    return replace(plan, jumps=(Jump(at, r.choice((1, 1, -1)) * size), Jump(back, 0)))


def limits(plan: Plan, r: Random) -> Plan:
    """Caps by the day around midnight, and safety limits that are near the number of users."""
    events = tuple(replace(one, at=r.randrange(5 * HOUR), late=0) for one in plan.events)
    campaigns = tuple(
        replace(
            one,
            control_percent=r.choice((0, 10, 50)),
            cap_per_day=r.choice((1, 3, 10)) if one.kind == "live" else None,
            cap_total=None,
            safety_limit=None if one.kind == "live" else r.randrange(2, len(plan.users)),
            starts=0,
        )
        for one in plan.campaigns
    )
    return replace(
        plan,
        start_ms=plan.start_ms // DAY * DAY + r.randrange(19, 23) * HOUR,
        span=max(plan.span, 6 * HOUR),
        campaigns=campaigns,
        acts=tuple(replace(act, at=act.at % HOUR) for act in plan.acts if act.deed == "launch"),
        events=events,
    )


def usurpers(plan: Plan, r: Random) -> Plan:
    """A second daemon takes the folder over just as the first one sends."""
    at = lively(plan, r) + r.randrange(10 * SECOND, 60 * SECOND)
    wakes_after = r.choice((SECOND, 5 * SECOND, 70 * SECOND))
    return replace(plan, rate=r.choice((2, 10)), usurpations=(Usurped(at, wakes_after),))


def lively(plan: Plan, r: Random) -> int:
    """Return a time at which messages are probably about to be sent."""
    times = [act.at for act in plan.acts if act.deed == "launch"]
    times += [one.starts for one in plan.campaigns if one.starts]
    times += [max(event.at - 10 * SECOND, 0) for event in plan.events[:3]]
    return r.choice([*times, 0])
