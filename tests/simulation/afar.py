"""Users whose zones are spelled in every way, and whose habits are of another year.

A wave or a best time goes to each by the wall where they are, whatever their device calls it; what
somebody did more than 180 days ago is no habit any more.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.personals import VIEWED, each_in_time
from tests.simulation.plan import Plan, PlannedEvent, PlannedUser
from tests.simulation.spellings import SPELLED
from tests.simulation.trouble import DAY, HOUR, MINUTE

ZONES = (*SPELLED, *SPELLED, "Europe/Oslo", "Mars/Olympus", "")
LONG_AGO = (178, 179, 180, 181, 182, 200, 300)
LATELY = (1, 20, 100, 170, 176)
"""Days before the life begins; the day of a run is one or two days later."""


def spelled(plan: Plan, r: Random) -> Plan:
    """The first campaign goes to users whose zones are spelled, in waves or at their best time."""
    plan = each_in_time(plan, r)
    first, *others = plan.campaigns
    personal = first.personal
    assert personal is not None, "each has a time of their own"
    if personal.by == "user_property":
        personal = replace(personal, by="best_time", event=VIEWED)
    users = tuple(replace(one, zone=r.choice(ZONES)) for one in plan.users)
    before = tuple(one for one in plan.events if one.name != VIEWED)
    habits = tuple(_habits(users, r)) if personal.by == "best_time" else ()
    return replace(
        plan,
        users=users,
        campaigns=(replace(first, personal=personal), *others),
        events=(*before, *habits),
    )


def _habits(users: tuple[PlannedUser, ...], r: Random) -> Iterator[PlannedEvent]:
    """Most have an hour of long ago, and another one, which they had less often, of late."""
    for one in users:
        hours = r.sample(range(0, 24, 2), 2)
        for days, hour, most in ((LONG_AGO, hours[0], 4), (LATELY, hours[1], 2)):
            for n in range(r.randrange(most)):
                late = r.choice(days) * DAY + hour * HOUR + r.randrange(HOUR)
                name = f"seen {one.user} {hour} {n}"
                yield PlannedEvent(r.randrange(MINUTE), name, one.user, VIEWED, late)
