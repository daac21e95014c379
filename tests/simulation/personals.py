"""Runs in which each user has a time of their own, in the plan of a life: all around the earth."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from tests.simulation.calendars import CUTOFFS, LAUNCHED, troubled
from tests.simulation.kinds import Calendar, Personal
from tests.simulation.plan import Plan, PlannedCampaign, PlannedEvent, PlannedFault, PlannedUser
from tests.simulation.trouble import DAY, HOUR, MINUTE
from tests.simulation.walls import instant, shown

ZONES = (
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Europe/Oslo",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Mars/Olympus",
    "",
)
HOURS = ("02:30", "02:00", "09:00", "18:45", "23:30", "00:00")
MINUTES = (0, 150, 540, 1_125, 1_439)
VIEWED = "Page Viewed"
TROUBLED_SHARE = 0.4
CUT_OFF_SHARE = 0.5
"""So many of the runs in users' zones are cut off, each user's by a wall of their own."""
AWAY_SECONDS = (600, 7_200, 26_000)
FREE_SHARE = 0.8
"""So many of the first campaigns have no caps, which leave users out as their own times do."""


def each_in_time(plan: Plan, r: Random) -> Plan:
    """The first campaign goes to users all over the earth, to each at a time of their own."""
    users = tuple(_user(one, r) for one in plan.users)
    first, *others = plan.campaigns
    if r.random() < FREE_SHARE:
        told = (act for act in plan.acts if act.campaign != first.name or act.deed == "launch")
        plan = replace(plan, acts=tuple(told))
    by_day = r.random() < 0.5
    days = r.randrange(3, 5) + 2 * by_day
    plan = replace(
        plan,
        users=users,
        campaigns=(_in_time(first, plan, r, by_day=by_day), *others),
        events=(*plan.events, *_viewed(users, r)),
        acts=tuple(
            replace(act, at=act.at % LAUNCHED) if act.deed == "launch" else act for act in plan.acts
        ),
        span=max(plan.span, days * DAY),
        jittery=True,
        # Never for the two hours in which a wave may be late: then nobody is in it any more.
        oversleeps=min(max(plan.oversleeps, 10 * MINUTE), HOUR),
    )
    plan = troubled(plan, r) if r.random() < TROUBLED_SHARE else plan
    return plan if by_day or r.random() >= CUT_OFF_SHARE else _cut_off(plan, r)


def _cut_off(plan: Plan, r: Random) -> Plan:
    """Cut the first campaign's runs off; Segment may be away just before somebody's cut-off."""
    first, *others = plan.campaigns
    assert first.calendar is not None, "it was given one"
    calendar = replace(first.calendar, cutoff=r.choice((*CUTOFFS, "12:00", "19:00")))
    plan = replace(plan, campaigns=(replace(first, calendar=calendar), *others))
    if r.random() < 0.5:
        return plan
    wall = datetime.fromisoformat((calendar.dates or (calendar.start,))[0])
    due_at = instant(wall, r.choice(ZONES[:7])) - plan.start_ms
    seconds = float(r.choice(AWAY_SECONDS))
    away = PlannedFault(max(due_at - r.randrange(MINUTE), 0), "down", {"seconds": seconds})
    return replace(
        plan, faults=(*plan.faults, away), span=max(plan.span, due_at + DAY), rate=r.choice((2, 10))
    )


def _user(one: PlannedUser, r: Random) -> PlannedUser:
    minute = r.choice(MINUTES) if r.random() < 0.7 else -1
    return replace(one, zone=r.choice(ZONES), minute=minute)


def _in_time(one: PlannedCampaign, plan: Plan, r: Random, *, by_day: bool) -> PlannedCampaign:
    launched = shown(plan.start_ms + LAUNCHED, plan.zone)
    personal = Personal(
        by=r.choice(("user_property", "best_time")) if by_day else "user_zone",
        past=r.choice(("drop", "next_day")),
        unknown_zone=r.choice(("account", "account", "drop")),
        otherwise=r.choice(("", "12:00")) if by_day else "",
    )
    if personal.by == "best_time":
        personal = replace(personal, event=VIEWED)
    days = (1, 1, 2) if by_day else (0, 0, 1)
    walls = [launched.date() + timedelta(days=r.choice(days))]
    if not by_day:
        walls.append(walls[0] + timedelta(days=1))
    texts = tuple(f"{day}T{'00:00' if by_day else r.choice(HOURS)}" for day in walls)
    here = f"{launched:%Y-%m-%dT%H:%M}"
    calendar = Calendar(dates=tuple(text for text in texts if text > here))
    if not by_day and r.random() < 0.4:
        calendar = Calendar(start=texts[0], end=f"{walls[-1]}T23:59")
    if not (calendar.dates or calendar.start):
        calendar = Calendar(dates=(f"{walls[-1]}T23:30",))
    free = r.random() < FREE_SHARE
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
        test=None,
        cap_total=None if free else one.cap_total,
        cap_per_run=None if free else one.cap_per_run,
        template="" if free else one.template.replace("Event.", "Profile."),
        calendar=calendar,
        personal=personal,
    )


def _viewed(users: tuple[PlannedUser, ...], r: Random) -> Iterator[PlannedEvent]:
    """What users did in the weeks before, some of them mostly at the same hours."""
    for one in users:
        hour = r.randrange(24)
        for n in range(r.choice((0, 0, 1, 3, 5))):
            late = r.randrange(1, 20) * DAY + (hour if r.random() < 0.7 else r.randrange(24)) * HOUR
            yield PlannedEvent(r.randrange(MINUTE), f"seen {one.user} {n}", one.user, VIEWED, late)
