"""Seasons: long lives of several campaigns that people amend, and whose caps they lower.

What a message says is told by its words, so that one sees which amendment it is of.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from msgspec.structs import replace

from tests.simulation.calendars import LAUNCHED
from tests.simulation.invent import EVENTS
from tests.simulation.kinds import Calendar, Chosen
from tests.simulation.plan import (
    Crash,
    Plan,
    PlannedAct,
    PlannedCampaign,
    PlannedEvent,
    PlannedUser,
)
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND
from tests.simulation.walls import shown

DAYS = 9
USERS = 10
WORDS = Chosen(words="the first words")
POINTS = ("campaign.started", "draw.finished", "claim.committed", "admission.cursor_moved")
DOWNS = (0, SECOND, MINUTE, HOUR)
NIGHTS = (None, None, ("21:00", "08:00"))


def changing(plan: Plan, r: Random) -> Plan:
    """Live campaigns and daily ones go on for days, and change again and again."""
    users = tuple(PlannedUser(f"u{n}", "", r.choice("aab")) for n in range(USERS))
    campaigns = (*_live(r), *_daily(plan, r))
    acts = sorted(_acts(campaigns, plan, r), key=lambda act: act.at)
    return Plan(
        seed=plan.seed,
        start_ms=plan.start_ms,
        span=DAYS * DAY,
        oversleeps=30 * MINUTE,
        rate=r.choice((2, 10, 100)),
        at_once=plan.at_once,
        users=users,
        campaigns=campaigns,
        events=tuple(sorted(_events(users, r), key=lambda one: one.at)),
        acts=tuple(acts),
        faults=plan.faults,
        crashes=tuple(_crashes(r)),
        jittery=True,
        resumed=plan.resumed,
    )


def _live(r: Random) -> Iterator[PlannedCampaign]:
    for n in range(r.choice((1, 2))):
        one = PlannedCampaign(
            f"Live {n}",
            "live",
            EVENTS[n],
            dnd=r.choice(NIGHTS),
            delay_minutes=r.choice((0, 0, 90)),
            chosen=WORDS,
            expires_minutes=4_320,
        )
        yield replace(one, **_caps(r, "cap_per_day", (3, 5)))


def _daily(plan: Plan, r: Random) -> Iterator[PlannedCampaign]:
    first = shown(plan.start_ms + LAUNCHED, plan.zone).date()
    for n in range(r.choice((1, 2))):
        start = f"{first + timedelta(days=n)}T{r.choice(('09:00', '18:45', '02:30'))}"
        one = PlannedCampaign(
            f"Daily {n}",
            "past_behaviour",
            group=r.choice(("", "a")),
            calendar=Calendar(start=start, every=r.choice((1, 1, 2))),
            dnd=r.choice(NIGHTS),
            chosen=WORDS,
            expires_minutes=r.choice((600, 4_320)),
        )
        yield replace(one, **_caps(r, "cap_per_run", (4, 8)))


def _caps(r: Random, other: str, sizes: tuple[int, ...]) -> dict[str, int | None]:
    caps: dict[str, int | None] = {"cap_total": r.choice((None, 20, 60))}
    return caps | {other: r.choice((None, *sizes))}


def _acts(campaigns: tuple[PlannedCampaign, ...], plan: Plan, r: Random) -> Iterator[PlannedAct]:
    for one in campaigns:
        yield PlannedAct(r.randrange(LAUNCHED), "launch", one.name)
        for _ in range(r.randrange(2, 7)):
            yield PlannedAct(_moment(one, plan, r), "amend", one.name)
        if one.cap_total is not None and r.random() < 0.7:
            yield PlannedAct(_moment(one, plan, r), "lower", one.name, "total", r.randrange(1, 20))
        if one.cap_per_run is not None:
            yield PlannedAct(_moment(one, plan, r), "lower", one.name, "run", r.randrange(1, 4))
        if one.cap_per_day is not None:
            yield PlannedAct(_moment(one, plan, r), "lower", one.name, "day", r.randrange(1, 3))
        if r.random() < 0.2:
            at = _moment(one, plan, r)
            yield PlannedAct(at, "pause", one.name)
            yield PlannedAct(min(at + r.randrange(DAY), DAYS * DAY - 1), "resume", one.name)


def _moment(one: PlannedCampaign, plan: Plan, r: Random) -> int:
    """Draw any time, or one soon after a run of the campaign began."""
    at = LAUNCHED + r.randrange(DAYS * DAY - LAUNCHED - HOUR)
    if one.calendar is None or r.random() < 0.4:
        return at
    hour, minute = map(int, one.calendar.start[-5:].split(":"))
    wall = shown(plan.start_ms + at, plan.zone)
    begun = (wall.hour - hour) * HOUR + (wall.minute - minute) * MINUTE + wall.second * SECOND
    soon = at - begun + r.choice((-20 * SECOND, SECOND, 5 * SECOND, 2 * MINUTE))
    return min(max(soon, LAUNCHED), DAYS * DAY - HOUR)


def _events(users: tuple[PlannedUser, ...], r: Random) -> Iterator[PlannedEvent]:
    for one in users:
        for n in range(r.randrange(4, 12)):
            at = LAUNCHED + r.randrange(DAYS * DAY - LAUNCHED)
            late = r.choice((0, 0, 0, MINUTE))
            name = r.choice(EVENTS)
            yield PlannedEvent(at, f"{one.user} {n}", one.user, name, late, cart="c1")


def _crashes(r: Random) -> Iterator[Crash]:
    for _ in range(r.choice((0, 0, 1, 3))):
        yield Crash(at=r.randrange(DAYS * DAY), down=r.choice(DOWNS))
    if r.random() < 0.3:
        yield Crash(point=r.choice(POINTS), nth=r.randrange(1, 6), down=r.choice(DOWNS[:3]))
