"""Limits over all campaigns and what each makes of them, in the plan of a life of some hours.

Some wait until they allow a message, some drop it, some do not ask, and the messages of some do not
count; caps are filled beside control groups, and throttles have more to let through than a slot.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.invent import EVENTS
from tests.simulation.plan import (
    Plan,
    PlannedAct,
    PlannedCampaign,
    PlannedEvent,
    PlannedUser,
    Window,
)
from tests.simulation.trouble import HOUR, MINUTE

USERS = 16
SPAN = 5 * HOUR
BUSY = 2 * HOUR
"""By then everybody has done what they will do."""
ZONES = ("", "Europe/Oslo", "America/New_York")
OFTEN = (2, 3, 5)
THROTTLES = (None, None, 5, 10, 40)
WINDOWS = (
    (Window(1, minutes=60),),
    (Window(2, minutes=240),),
    (Window(1, minutes=30), Window(3, minutes=240)),
    (),
)


def allowed(plan: Plan, r: Random) -> Plan:
    """A few campaigns want the same users; nothing is in their way but what one user may get."""
    users = tuple(PlannedUser(f"u{n:02}", r.choice(ZONES), r.choice("aab")) for n in range(USERS))
    campaigns = (*_live(r), _once(r))
    rules = r.choice(WINDOWS)
    return Plan(
        seed=plan.seed,
        start_ms=plan.start_ms,
        span=SPAN,
        oversleeps=2 * MINUTE,
        rate=r.choice((10, 100)),
        at_once=plan.at_once,
        users=users,
        campaigns=campaigns,
        events=tuple(sorted(_events(users, r), key=lambda one: one.at)),
        acts=tuple(PlannedAct(r.randrange(10 * MINUTE), "launch", one.name) for one in campaigns),
        frequency=rules,
        dwell_minutes=r.choice((0, 0, 20)) if rules else 20,
        most_per_5_minutes=r.choice((0, 0, 0, 10)),
        faults=tuple(one for one in plan.faults if one.at < SPAN),
        crashes=tuple(one for one in plan.crashes if (one.at or 0) < SPAN),
        usurpations=tuple(one for one in plan.usurpations if one.at < SPAN),
        resumed=plan.resumed,
    )


def _live(r: Random) -> Iterator[PlannedCampaign]:
    """Give campaigns that are triggered: one often, one once for each user; perhaps a third."""
    queues, ignores = r.random() < 0.5, r.random() < 0.4
    frequent = PlannedCampaign("C0", "live", EVENTS[0], counts=r.random() < 0.5, queues=queues)
    yield replace(frequent, expires_minutes=r.choice((60, 4_320)))
    rare = PlannedCampaign("C1", "live", EVENTS[1], queues=r.random() < 0.4)
    yield replace(rare, control_percent=r.choice((0, 50)), cap_total=r.choice((None, None, 3)))
    if r.random() < 0.5:
        yield PlannedCampaign(
            "C2",
            "live",
            EVENTS[0],
            cap_total=r.choice((None, 5)),
            cap_per_day=r.choice((None, 4)),
            control_percent=r.choice((0, 0, 50)),
            ignores_limits=ignores,
            counts=not ignores or r.random() < 0.5,
            most_per_5_minutes=r.choice(THROTTLES),
        )


def _once(r: Random) -> PlannedCampaign:
    """Give one that goes to everybody at once, under a cap, and a throttle."""
    return PlannedCampaign(
        "C3",
        "past_behaviour",
        cap_total=r.choice((None, 2, 5)),
        cap_per_run=r.choice((None, 3, 6)),
        control_percent=r.choice((0, 50, 50)),
        ignores_limits=True,
        counts=r.random() < 0.3,
        most_per_5_minutes=r.choice(THROTTLES),
    )


def _events(users: tuple[PlannedUser, ...], r: Random) -> Iterator[PlannedEvent]:
    """Let each do the one thing several times, and the other once; an event is told by its cart."""
    for one in users:
        often, first = r.choice(OFTEN), 15 * MINUTE + r.randrange(HOUR)
        for n in range(often):
            at = first + n * r.choice((MINUTE, 10 * MINUTE))
            yield PlannedEvent(min(at, BUSY), f"a {one.user} {n}", one.user, EVENTS[0], cart="c1")
        yield PlannedEvent(
            15 * MINUTE + r.randrange(BUSY), f"b {one.user}", one.user, EVENTS[1], cart="c1"
        )
