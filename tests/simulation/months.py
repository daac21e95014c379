"""Campaigns that run on the nth weekdays of months, in the plan of a life of some days."""

from datetime import UTC, datetime, timedelta
from random import Random

from msgspec.structs import replace

from tests.simulation.calendars import HOURS, LAUNCHED, ZONES
from tests.simulation.kinds import Calendar
from tests.simulation.plan import Plan
from tests.simulation.trouble import DAY, HOUR
from tests.simulation.walls import NTH, WEEKDAYS, shown

WEEKS = (*NTH, "last", "last")
DAYS = 12
BEGINS = (1, 9, 22, 24, 26)
"""Days of a month: its last weekdays are at hand, or those of the week that it began in."""
MONTHS = (3, 5, 8, 10)
"""Of 2026: some weekdays come five times in each, and in two of them clocks change."""
USERS_MAX = 4


def by_weekday(plan: Plan, r: Random) -> Plan:
    """The first campaign runs by the weekdays of months; the others, and most users, stay away."""
    first = replace(
        plan.campaigns[0],
        kind="past_behaviour",
        event="",
        starts=0,
        cap_total=None,
        cap_per_day=None,
        most_per_hour=None,
        safety_limit=None,
        on_pause="drop",
        delay_minutes=0,
        without="",
        template="",
    )
    day = datetime(2026, r.choice(MONTHS), r.choice(BEGINS), r.randrange(24), tzinfo=UTC)
    plan = replace(plan, start_ms=round(day.timestamp()) * 1_000)
    zone = r.choice(ZONES)
    begins = shown(plan.start_ms + LAUNCHED, zone or plan.zone).date()
    since = begins + timedelta(days=r.choice((-1, 0, 1, 8)))
    chosen = {(r.choice(WEEKS), r.choice(WEEKDAYS)) for _ in range(r.randrange(3, 7))}
    calendar = Calendar(
        start=f"{since}T{r.choice(HOURS)}",
        unit="months",
        nth=tuple(sorted(chosen)),
        days=(r.randrange(1, 32),) if r.random() < 0.2 else (),
        every=r.choice((1, 1, 1, 2)),
        zone=zone,
    )
    users = plan.users[:USERS_MAX]
    names = {one.user for one in users}
    return replace(
        plan,
        users=users,
        campaigns=(replace(first, calendar=calendar),),
        events=(),
        suppressions=tuple(one for one in plan.suppressions if one.user in names),
        profiles=tuple(one for one in plan.profiles if one.user in names),
        rots=tuple(one for one in plan.rots if one.user in names),
        acts=tuple(
            replace(act, at=act.at % LAUNCHED if act.deed == "launch" else act.at)
            for act in plan.acts
            if act.campaign == first.name
        ),
        span=max(plan.span, DAYS * DAY),
        oversleeps=HOUR,
    )
