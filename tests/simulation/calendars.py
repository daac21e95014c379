"""Campaigns that run again, in the plan of a life: on several dates, or by a rule, over days.

Their hours are those at which clocks change; what goes wrong goes wrong around a run.
"""

from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from tests.simulation.invent import STARTS
from tests.simulation.kinds import Calendar
from tests.simulation.plan import Crash, Plan, PlannedAct, PlannedCampaign, PlannedFault
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND
from tests.simulation.walls import WEEKDAYS, shown, slots

HOURS = ("02:30", "02:30", "02:00", "03:00", "02:15", "00:00", "09:00", "23:30", "18:45")
CHANGES_SHARE = 0.5
"""So many of these lives begin just before a night in which clocks change."""
CUTOFFS = ("03:00", "03:30", "09:05", "10:00", "00:15", "02:45")
ZONES = ("", "", "America/New_York", "Asia/Kolkata", "Europe/London", "Pacific/Auckland")
LAUNCHED = 2 * HOUR
"""By then every campaign is under way."""
DAYS_MAX, MONTH_DAYS = 6, 40
POINTS = (
    "campaign.start_begins",
    "campaign.started",
    "draw.begins",
    "draw.cleared",
    "draw.chunk_written",
    "draw.finished",
    "run.finish_begins",
    "run.finished",
)
DOWNS = (0, SECOND, MINUTE, 10 * MINUTE, HOUR, 110 * MINUTE, 130 * MINUTE, 3 * HOUR, 30 * HOUR)


def repeating(plan: Plan, r: Random) -> Plan:
    """Most campaigns of past behaviour run again, for some days; a few by the month."""
    return troubled(drawn(plan, r, dated=0.25), r)


def drawn(plan: Plan, r: Random, *, dated: float, often: float = 0.8) -> Plan:
    """Give campaigns calendars, and the life the days for them; nothing else goes wrong more."""
    if r.random() < CHANGES_SHARE:
        plan = replace(plan, start_ms=r.choice(STARTS[1:]) + r.randrange(4 * 60) * MINUTE)
    monthly = r.random() < 0.05
    span = (MONTH_DAYS if monthly else r.randrange(2, DAYS_MAX)) * DAY
    campaigns = tuple(
        _runs_again(one, plan, r, span, dated=dated, monthly=monthly)
        if not n or (one.kind == "past_behaviour" and r.random() < often)
        else one
        for n, one in enumerate(plan.campaigns)
    )
    first = tuple(
        replace(act, at=act.at % LAUNCHED) if act.deed == "launch" else act for act in plan.acts
    )
    return replace(
        plan,
        campaigns=campaigns,
        acts=first,
        span=max(span, plan.span),
        jittery=True,
        # Never for the two hours in which a run may begin: then it is missed, and rightly.
        oversleeps=HOUR if monthly else min(max(plan.oversleeps, 20 * MINUTE), HOUR),
    )


def _runs_again(
    one: PlannedCampaign, plan: Plan, r: Random, span: int, *, dated: float, monthly: bool
) -> PlannedCampaign:
    zone = r.choice(ZONES)
    launched = shown(plan.start_ms + LAUNCHED, zone or plan.zone)
    cutoff = r.choice(CUTOFFS) if r.random() < 0.2 else ""
    if r.random() < dated:
        calendar = Calendar(dates=_dates(launched, r, span), zone=zone, cutoff=cutoff)
    else:
        calendar = _rule(launched, r, span, zone=zone, cutoff=cutoff, monthly=monthly)
    return replace(
        one,
        kind="past_behaviour",
        event="",
        starts=0,
        cap_per_day=None,
        most_per_hour=None,
        on_pause="drop",
        delay_minutes=0,
        without="",
        template=one.template.replace("Event.", "Profile."),
        calendar=calendar,
    )


def _dates(launched: datetime, r: Random, span: int) -> tuple[str, ...]:
    """Some walls, of which two may fall into one gap or lie within an hour."""
    days = max(span // DAY, 1)
    found = set()
    for _ in range(r.randrange(2, 6)):
        day = launched.date() + timedelta(days=r.randrange(1, days + 1))
        found.add(f"{day}T{r.choice(HOURS)}")
        if r.random() < 0.3:
            found.add(f"{day}T{r.choice(HOURS)}")
    return tuple(sorted(found))


def _rule(
    launched: datetime, r: Random, span: int, *, zone: str, cutoff: str, monthly: bool
) -> Calendar:
    first = launched.date() + timedelta(days=r.choice((-1, 0, 0, 1)))
    start = f"{first}T{r.choice(HOURS)}"
    end = ""
    if r.random() < 0.3:
        day = launched.date() + timedelta(days=max(span // DAY // 2, 2))
        end = f"{day}T{r.choice(HOURS)}"
    plain = Calendar(start=start, end=end, zone=zone, cutoff=cutoff)
    if monthly:
        days = tuple(sorted(r.sample((1, 7, 15, 28, 29, 30, 31), 2)))
        return replace(plain, unit="months", days=days, last_day=r.random() < 0.5)
    if r.random() < 0.3:
        days_of = tuple(r.sample(WEEKDAYS, r.randrange(2, 6)))
        return replace(plain, unit="weeks", weekdays=days_of, every=r.choice((1, 1, 2)))
    return replace(plain, every=r.choice((1, 1, 1, 2)))


def troubled(plan: Plan, r: Random) -> Plan:
    """Around some runs the daemon dies or is away, Segment is, or a person has a pause made."""
    moments = [
        (one, slot.due_ms - plan.start_ms)
        for one in plan.campaigns
        if one.calendar is not None
        for slot in slots(
            one.calendar, one.personal, plan.zone, upto_ms=plan.start_ms + plan.span - HOUR
        )
        if slot.due_ms > plan.start_ms + LAUNCHED
    ]
    for one, at in r.sample(moments, min(len(moments), r.randrange(4))):
        plan = _around(plan, one, at, r)
    if r.random() < 0.4:
        point = Crash(point=r.choice(POINTS), nth=r.randrange(1, 6), down=r.choice(DOWNS[:5]))
        plan = replace(plan, crashes=(*plan.crashes, point))
    return plan


def _around(plan: Plan, one: PlannedCampaign, at: int, r: Random) -> Plan:
    match r.randrange(4):
        case 0:
            crash = Crash(at=at + r.randrange(-MINUTE, MINUTE), down=r.choice(DOWNS))
            return replace(plan, crashes=(*plan.crashes, crash))
        case 1:
            seconds = float(r.choice((600, 3_600, 8_000, 26_000)))
            away = PlannedFault(at - r.randrange(MINUTE), "down", {"seconds": seconds})
            return replace(plan, faults=(*plan.faults, away))
        case 2:
            begins = at - r.randrange(10 * MINUTE)
            ends = min(at + r.choice((MINUTE, HOUR, 110 * MINUTE, 3 * HOUR)), plan.span - 1)
            acts = (PlannedAct(begins, "pause", one.name), PlannedAct(ends, "resume", one.name))
            return replace(plan, acts=(*plan.acts, *acts))
        case _:
            crash = Crash(at=at + r.randrange(20 * SECOND), down=r.choice(DOWNS[:3]))
            return replace(plan, crashes=(*plan.crashes, crash), rate=r.choice((2, 10)))
