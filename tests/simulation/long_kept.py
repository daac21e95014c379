"""Lives in which events leave: old ones, but never what a rule still needs.

Users do things at the beginning, some again at its end, and some never again; events come late, too
late to be kept, and twice, the second time when the first has left. Some of these lives keep events
for a month, the least that a configuration allows, and last forty days. The others keep them for
three days, and have nothing in them that reaches further.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from tests.simulation.asks import Ask, BeganTo, DidIt, Either, Every, NeverDid, OfGroup, Other
from tests.simulation.invent import EVENTS
from tests.simulation.kinds import Calendar, Chosen, House
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

MONTH, SHORT = 30, 3
MONTH_SHARE = 0.15
USERS = 6
BOUGHT, VIEWED = EVENTS
GOAL = "Page Viewed"
LAST = 12
"""So many batches come on the last day, by which what is old may leave."""


def long_kept(plan: Plan, r: Random) -> Plan:
    """A few campaigns go on over all the days; some begin when what they ask about has left."""
    keep = MONTH if r.random() < MONTH_SHARE else SHORT
    users = tuple(PlannedUser(f"u{n}", "", r.choice("aab")) for n in range(USERS))
    campaigns = tuple(_campaigns(plan, keep, r))
    days = _days(keep)
    return Plan(
        seed=plan.seed,
        start_ms=plan.start_ms,
        span=days * DAY,
        oversleeps=HOUR,
        rate=100,
        at_once=plan.at_once,
        house=House(keep_days=keep),
        users=users,
        campaigns=campaigns,
        events=tuple(sorted(_events(users, keep, r), key=lambda one: one.at)),
        acts=tuple(sorted(_acts(campaigns, keep, r), key=lambda one: one.at)),
        faults=plan.faults[:2],
        crashes=tuple(_crashes(days, r)),
        resumed=True,
    )


def _days(keep: int) -> int:
    """Return for how many days the life goes on: what was done in its beginning is gone by then."""
    return keep + _early(keep) + 4


def _early(keep: int) -> int:
    """Return how many days its beginning has."""
    return 1 + keep // 4


def _late(keep: int) -> int:
    """Return the day from which on its end is."""
    return keep + _early(keep) + 1


def _campaigns(plan: Plan, keep: int, r: Random) -> Iterator[PlannedCampaign]:
    if r.random() < 0.7:
        yield PlannedCampaign(
            "First",
            "live",
            BOUGHT,
            first_time=True,
            goal=GOAL,
            window_minutes=r.choice((60, 1_440)),
            control_percent=r.choice((0, 50)),
            expires_minutes=600,
        )
    if r.random() < 0.7:
        yield PlannedCampaign(
            "Held",
            "live",
            VIEWED,
            on_pause=r.choice(("hold", "drop")),
            cap_total=r.choice((None, 12)),
            per_user_max=r.choice((None, 2, 3)),
            delay_minutes=r.choice((0, 60)),
            expires_minutes=600,
            chosen=Chosen(who=r.choice((None, _tree(keep, r)))),
        )
    begins = shown(plan.start_ms, plan.zone).date()
    for n in range(r.choice((1, 1, 2))):
        first = begins + timedelta(days=r.choice((1, _late(keep), _late(keep) + 1)))
        yield PlannedCampaign(
            f"Past {n}",
            "past_behaviour",
            calendar=Calendar(
                start=f"{first}T{r.choice(('09:00', '18:45'))}", every=r.choice((1, 2))
            ),
            cap_total=r.choice((None, None, 20)),
            chosen=Chosen(who=_tree(keep, r)),
            expires_minutes=600,
        )


def _tree(keep: int, r: Random) -> Ask:
    event = r.choice(EVENTS)
    leaf: Ask = r.choice(
        (
            NeverDid(event),
            NeverDid(event, keep * 2 // 3),
            BeganTo(event, 1),
            BeganTo(event, keep * 2 // 3),
            DidIt(event),
            DidIt(event, keep, r.choice((1, 2))),
        )
    )
    match r.randrange(4):
        case 0:
            return Other(leaf)
        case 1:
            return Either((leaf, OfGroup("b")))
        case 2:
            return Every((leaf, Other(OfGroup("b"))))
        case _:
            return leaf


def _acts(campaigns: tuple[PlannedCampaign, ...], keep: int, r: Random) -> Iterator[PlannedAct]:
    for one in campaigns:
        late = one.name == "First" and r.random() < 0.4
        at = _late(keep) * DAY if late else HOUR
        yield PlannedAct(at + r.randrange(HOUR), "launch", one.name)
        if one.name == "Held" and r.random() < 0.5:
            begins = 2 * HOUR + r.randrange(_early(keep) * DAY // 3)
            yield PlannedAct(begins, "pause", one.name)
            ends = begins + r.choice((DAY, keep * DAY // 2, (_late(keep) + 1) * DAY + 12 * HOUR))
            yield PlannedAct(ends, "resume", one.name)


def _events(users: tuple[PlannedUser, ...], keep: int, r: Random) -> Iterator[PlannedEvent]:
    for one in users:
        for name in (*EVENTS, GOAL):
            yield from _of_user(one.user, name, keep, r)
    for n in range(LAST):
        at = (_days(keep) - 1) * DAY + HOUR + n * HOUR
        yield PlannedEvent(at, f"last {n}", users[0].user, "Heartbeat", cart="c1")


def _of_user(user: str, name: str, keep: int, r: Random) -> Iterator[PlannedEvent]:
    old = (keep + 6) * DAY
    for n in range(r.choice((0, 1, 3, 4))):
        at = 2 * HOUR + r.randrange(_early(keep) * DAY)
        # Some came in another order than they were done.
        late = r.choice((0, 0, HOUR, keep * DAY // 3))
        event_id = f"{user} {name} {n}"
        yield PlannedEvent(at, event_id, user, name, late, cart="c1")
        if r.random() < 0.25:  # the sender's own retry, when the first may have left
            again = r.choice((at + MINUTE, (_days(keep) - 1) * DAY + r.randrange(HOUR)))
            yield PlannedEvent(again, event_id, user, name, late + again - at, cart="c1")
    for n in range(r.choice((0, 0, 1, 2))):
        begins, ends = _early(keep) * DAY, _late(keep) * DAY
        at = begins + r.randrange(ends - begins)
        yield PlannedEvent(at, f"{user} {name} between {n}", user, name, cart="c1")
    for n in range(r.choice((0, 1, 2))):
        at = _late(keep) * DAY + 3 * HOUR + r.randrange(2 * DAY)
        late = r.choice((0, 0, SECOND, keep * DAY // 2, old))
        yield PlannedEvent(at, f"{user} {name} again {n}", user, name, late, cart="c1")


def _crashes(days: int, r: Random) -> Iterator[Crash]:
    for _ in range(r.choice((0, 1, 3))):
        yield Crash(at=r.randrange(days * DAY), down=r.choice((0, SECOND, MINUTE, HOUR)))
    if r.random() < 0.5:
        yield Crash(commit=r.randrange(1, 600), down=r.choice((0, SECOND)))
