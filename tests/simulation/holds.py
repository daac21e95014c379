"""Runs that the safety check holds, draws of a few out of many, and what is taken back in time.

Who answers, and how, is chance: a sample, a higher limit that another person approves or nobody
does, or nothing at all while the next runs fall due.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from tests.simulation.calendars import LAUNCHED
from tests.simulation.kinds import Calendar
from tests.simulation.plan import Deed, Plan, PlannedAct, PlannedCampaign, PlannedUser
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND
from tests.simulation.walls import instant, shown

USERS = (30, 40)
"""So many that no chance draws just the first ten of them."""
ANSWERS: tuple[Deed, ...] = ("sample", "skip_run", "raise_limit", "raise_alone", "raise_alone")
TIMES = ("09:00", "18:30", "23:45")
SPAN = 4 * DAY
UNDO_SECONDS = 60
REGRETS = (2 * SECOND, 20 * SECOND, 45 * SECOND, 90 * SECOND)
"""How long after the launch began: it takes some seconds until it is published."""


def held(plan: Plan, r: Random) -> Plan:
    """Two campaigns, of which one runs daily to many, and the other is taken back, or nearly."""
    daily, regretted = _daily(plan, r), _regretted(r)
    acts = [
        PlannedAct(r.randrange(HOUR), "launch", daily.name),
        *_answers(daily, plan, r),
        *_regrets(regretted, r),
    ]
    return Plan(
        seed=plan.seed,
        start_ms=plan.start_ms,
        span=SPAN,
        oversleeps=20 * MINUTE,
        rate=plan.rate,
        at_once=plan.at_once,
        users=tuple(PlannedUser(f"u{n:02}", "", r.choice("aab")) for n in range(r.choice(USERS))),
        campaigns=(daily, regretted),
        acts=tuple(sorted(acts, key=lambda act: act.at)),
        faults=tuple(one for one in plan.faults if one.at < SPAN),
        crashes=tuple(one for one in plan.crashes if (one.at or 0) < SPAN),
        usurpations=tuple(one for one in plan.usurpations if one.at < SPAN),
        resumed=plan.resumed,
    )


def _daily(plan: Plan, r: Random) -> PlannedCampaign:
    launched = shown(plan.start_ms + LAUNCHED, plan.zone)
    days = [launched.date() + timedelta(days=n) for n in (1, 2, 3)]
    at = r.choice(TIMES)
    calendar = Calendar(dates=tuple(f"{day}T{at}" for day in days))
    if r.random() < 0.5:
        calendar = Calendar(start=f"{days[0]}T{at}", end=f"{days[-1]}T23:59")
    few = r.choice((10, 12))
    if r.random() < 0.3:
        return PlannedCampaign("C0", "past_behaviour", cap_per_run=few, calendar=calendar)
    return PlannedCampaign(
        "C0",
        "past_behaviour",
        safety_limit=few,
        stop_on_block=r.random() < 0.5,
        calendar=calendar,
    )


def _answers(daily: PlannedCampaign, plan: Plan, r: Random) -> Iterator[PlannedAct]:
    """Let somebody answer some of the runs that are held, at once or a day later."""
    assert daily.calendar is not None, "it runs daily"
    first = (daily.calendar.dates or (daily.calendar.start,))[0]
    begins = instant(datetime.fromisoformat(first), plan.zone) - plan.start_ms
    for n in range(3):
        if r.random() < 0.5:
            at = begins + n * DAY + r.choice((30 * MINUTE, 3 * HOUR, 30 * HOUR))
            yield PlannedAct(min(at, SPAN - 1), r.choice(ANSWERS), daily.name)


def _regretted(r: Random) -> PlannedCampaign:
    return PlannedCampaign(
        "C1",
        "past_behaviour",
        group=r.choice(("", "a", "b")),
        cap_total=r.choice((None, 8)),
        undo_seconds=r.choice((UNDO_SECONDS, UNDO_SECONDS, 10)),
    )


def _regrets(one: PlannedCampaign, r: Random) -> Iterator[PlannedAct]:
    """Let it be taken back, too late perhaps, and launched again, or neither."""
    at = r.randrange(HOUR)
    yield PlannedAct(at, "launch", one.name)
    if r.random() < 0.7:
        yield PlannedAct(at + 10 * SECOND + r.choice(REGRETS), "undo", one.name)
        if r.random() < 0.5:
            yield PlannedAct(at + r.choice((3 * MINUTE, HOUR)), "launch", one.name)
