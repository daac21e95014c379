"""Campaigns with variants and goals, in the plan of a life: shares, a property's values, tests.

Users do what campaigns have for their goal, so that there is something to find.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.calendars import LAUNCHED, drawn
from tests.simulation.kinds import Test
from tests.simulation.plan import Crash, Plan, PlannedCampaign, PlannedEvent
from tests.simulation.trouble import GOALS, HOUR, MINUTE, SECOND

WAITS = (5, 30, 60, 300)
"""Minutes."""
DOWNS = (0, SECOND, MINUTE, HOUR)
AGAIN_SHARE = 0.3
NIGHTS = (None, None, ("22:00", "07:00"), ("06:00", "18:30"))
POINTS = ("draw.finish_begins", "draw.finished", "answer.received", "claim.committed")


def tested(plan: Plan, r: Random) -> Plan:
    """Every campaign has variants; most of them are tested, and some of those run again."""
    if r.random() < AGAIN_SHARE:
        plan = drawn(plan, r, dated=0.3, often=0.5)
    campaigns = tuple(_with_variants(one, r) for one in plan.campaigns)
    acts = tuple(
        replace(act, at=act.at % LAUNCHED) if act.deed == "launch" else act for act in plan.acts
    )
    span = max(plan.span, LAUNCHED + (max(WAITS) + 60) * MINUTE)
    plan = replace(plan, campaigns=campaigns, acts=acts, span=span, jittery=True)
    plan = replace(plan, oversleeps=max(plan.oversleeps, 10 * MINUTE))
    plan = replace(plan, events=(*plan.events, *_done(plan, r)))
    return replace(plan, crashes=(*plan.crashes, *_dies(plan, r)))


def shared(plan: Plan, r: Random) -> Plan:
    """Every campaign has fixed shares, or goes by a property, and comes to its users again.

    Some go to a portion of those who qualify, and leave nobody else out.
    """
    plan = drawn(plan, r, dated=0.3, often=0.5)
    campaigns = [
        replace(one, split=r.choice((10, 40, 50, 90)))
        if r.random() < 0.7
        else replace(one, by_group=True)
        for one in plan.campaigns
    ]
    return replace(plan, campaigns=tuple(_in_part(one, r) for one in campaigns))


def _in_part(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    portion = r.choice((100, 20, 60))
    if portion == 100:
        return one
    return replace(one, portion=portion, cap_total=None, cap_per_run=None, template="")


def compared(plan: Plan, r: Random) -> Plan:
    """Every campaign has a goal and a large control group, and little else decides who gets it."""
    campaigns = tuple(_with_control(one, r) for one in plan.campaigns)
    plan = replace(plan, campaigns=campaigns, frequency=(), dwell_minutes=0, restores=())
    return replace(plan, events=(*plan.events, *_around(plan, r)))


def _with_control(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    return replace(
        one,
        goal=r.choice(GOALS),
        window_minutes=r.choice((5, 60, 1_440)),
        control_percent=50,
        cap_total=None,
        cap_per_day=None,
        cap_per_run=None,
        safety_limit=None,
        most_per_hour=None,
        per_user_max=r.choice((None, None, 1, 2)),
        dnd=r.choice(NIGHTS),
        dnd_mode=r.choice(("delay", "delay", "discard")),
        on_pause="hold" if one.kind == "live" else "drop",
    )


def _around(plan: Plan, r: Random) -> Iterator[PlannedEvent]:
    """Let users reach the goals just before their windows end and just after, and at any time."""
    for one in plan.campaigns:
        triggers = [each for each in plan.events if each.name == one.event]
        for n in range(r.choice((6, 20))):
            if triggers and r.random() < 0.7:
                first = r.choice(triggers)
                ends = first.at + one.window_minutes * MINUTE
                at = r.choice((first.at + SECOND, ends - SECOND, ends, ends + SECOND))
                user = first.user
            else:
                at, user = r.randrange(plan.span), r.choice(plan.users).user
            if at < plan.span:
                late = r.choice((0, 0, 0, SECOND, MINUTE, -SECOND))
                yield PlannedEvent(at, f"paid {one.name} {n}", user, one.goal, late)


def _with_variants(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    kind = r.choice(("test", "test", "test", "split", "by_group"))
    if kind == "split":
        return replace(one, split=r.choice((10, 40, 50, 90)))
    if kind == "by_group":
        return replace(one, by_group=True)
    live = one.kind == "live"
    few = live or r.random() < 0.4
    test = Test(
        variants=r.choice((2, 2, 3)),
        percent=0 if few else r.choice((10, 25, 50)),
        users=r.choice((3, 4, 10)) if few else 0,
        wait_minutes=r.choice(WAITS),
    )
    return replace(
        one,
        test=test,
        goal=r.choice(GOALS),
        window_minutes=r.choice((60, 1_440)),
        safety_limit=None,
    )


def _done(plan: Plan, r: Random) -> Iterator[PlannedEvent]:
    """Let some users reach the goals, soon after campaigns begin and later."""
    for one in plan.campaigns:
        if one.test is None:
            continue
        begins = next((act.at for act in plan.acts if act.campaign == one.name), 0)
        triggers = [each for each in plan.events if each.name == one.event]
        for n in range(r.choice((0, 3, 12))):
            at = begins + 20 * SECOND + r.randrange(one.test.wait_minutes * MINUTE)
            user = r.choice(plan.users).user
            if triggers and r.random() < 0.7:
                first = r.choice(triggers)
                user, at = first.user, first.at + r.choice((40 * SECOND, 4 * MINUTE))
            yield PlannedEvent(min(at, plan.span - 1), f"goal {one.name} {n}", user, one.goal)


def _dies(plan: Plan, r: Random) -> Iterator[Crash]:
    """The daemon dies as tests begin, or about when their winners are known."""
    for one in plan.campaigns:
        if one.test is not None and r.random() < 0.4:
            begins = next((act.at for act in plan.acts if act.campaign == one.name), 0)
            at = begins + one.test.wait_minutes * MINUTE + r.randrange(-MINUTE, MINUTE)
            yield Crash(at=max(at, 0), down=r.choice(DOWNS))
    if r.random() < 0.4:
        yield Crash(point=r.choice(POINTS), nth=r.randrange(1, 4), down=r.choice(DOWNS[:3]))
