"""Campaigns that choose in every way, in the plan of a life of some hours or days.

Audiences are trees of conditions, saved ones and lists among them; the operator's control groups
get nothing; triggers hear only some events; nights begin on some days; variants say their own.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.asks import (
    Ask,
    AtLeast,
    BeganTo,
    DidIt,
    Either,
    Every,
    Listed,
    Named,
    NeverDid,
    OfGroup,
    Other,
)
from tests.simulation.calendars import LAUNCHED
from tests.simulation.invent import EVENTS
from tests.simulation.kinds import Calendar, Chosen, House, Test
from tests.simulation.plan import Plan, PlannedAct, PlannedCampaign, PlannedEvent, PlannedUser
from tests.simulation.scarce import DAYS as WEEKDAYS
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND
from tests.simulation.walls import shown

USERS = 30
NUMBERS = (1, 2, 3, 5)
GROUPS = {"quiet": 60, "rest": 80}
ZONES = ("", "Europe/Oslo", "America/New_York", "Asia/Kolkata")
NAMES = ("Big", "Known")
DEPTH_MAX = 3


def chosen(plan: Plan, r: Random) -> Plan:
    """A few campaigns, live and not, each with some of it; most users do something first."""
    users = tuple(
        PlannedUser(f"u{n:02}", r.choice(ZONES), r.choice("aab"), r.choice(NUMBERS))
        for n in range(USERS)
    )
    saved = tuple(Named(name, _tree(users, r, ())) for name in NAMES)
    campaigns = (*_live(users, saved, r), *_past(plan, users, saved, r))
    span = (3 if any(one.calendar for one in campaigns) else r.randrange(1, 3)) * DAY
    house = House(system=r.choice((0, 60, 60)), groups=GROUPS)
    acts = [PlannedAct(HOUR + r.randrange(LAUNCHED - HOUR), "launch", o.name) for o in campaigns]
    return Plan(
        seed=plan.seed,
        start_ms=plan.start_ms,
        span=span,
        oversleeps=min(max(plan.oversleeps, 2 * MINUTE), HOUR),
        rate=r.choice((10, 100)),
        at_once=plan.at_once,
        house=house,
        users=users,
        campaigns=campaigns,
        events=tuple(sorted(_events(users, span, r), key=lambda one: one.at)),
        acts=tuple(acts),
        faults=tuple(one for one in plan.faults if one.at < span),
        crashes=tuple(one for one in plan.crashes if (one.at or 0) < span),
        usurpations=tuple(one for one in plan.usurpations if one.at < span),
        resumed=plan.resumed,
    )


def _live(
    users: tuple[PlannedUser, ...], saved: tuple[Named, ...], r: Random
) -> Iterator[PlannedCampaign]:
    for n in range(r.choice((1, 1, 2))):
        kind = PlannedCampaign(
            f"C{n}",
            "live",
            r.choice(EVENTS),
            chosen=replace(_chosen(users, saved, r), trigger_n=r.choice((0, 2, 3))),
            control_percent=r.choice((0, 0, 10)),
            delay_minutes=r.choice((0, 0, 30)),
            expires_minutes=4_320,
        )
        yield _quiet(_spoken(kind, r), r)


def _past(
    plan: Plan, users: tuple[PlannedUser, ...], saved: tuple[Named, ...], r: Random
) -> Iterator[PlannedCampaign]:
    for n in range(r.choice((1, 2))):
        begins = shown(plan.start_ms + LAUNCHED + HOUR, plan.zone)
        again = Calendar(start=f"{begins:%Y-%m-%dT%H:%M}", every=1) if r.random() < 0.4 else None
        once = PlannedCampaign(
            f"P{n}",
            "past_behaviour",
            group=r.choice(("", "", "a")),
            calendar=again,
            control_percent=r.choice((0, 0, 10)),
            chosen=_chosen(users, saved, r),
            expires_minutes=4_320,
        )
        yield _quiet(_spoken(once, r), r)


def _chosen(users: tuple[PlannedUser, ...], saved: tuple[Named, ...], r: Random) -> Chosen:
    return Chosen(
        who=_tree(users, r, saved) if r.random() < 0.6 else None,
        system=r.random() < 0.7,
        groups=(r.choice(tuple(GROUPS)),) if r.random() < 0.4 else (),
    )


def _spoken(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """Give a campaign words, or variants with words of their own."""
    own = replace(one.chosen, words="all the same", own_words=True)
    match r.randrange(4):
        case 0:
            return replace(one, chosen=own, split=r.choice((30, 50)))
        case 1:
            return replace(one, chosen=own, by_group=True)
        case 2 if one.kind == "live":
            test = Test(users=4, wait_minutes=60)
            return replace(one, chosen=own, test=test, goal=EVENTS[0], window_minutes=60)
        case _:
            return replace(one, chosen=replace(one.chosen, words="plain words"))


def _quiet(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """Give a campaign a night on some days of the week, or none."""
    if r.random() < 0.5:
        return one
    begins, hours = r.randrange(24), r.randrange(3, 15)
    days = tuple(r.sample(WEEKDAYS, r.randrange(1, 5)))
    night = (f"{begins:02}:00", f"{(begins + hours) % 24:02}:30")
    return replace(one, dnd=night, chosen=replace(one.chosen, dnd_days=days))


def _tree(
    users: tuple[PlannedUser, ...], r: Random, saved: tuple[Named, ...], depth: int = 1
) -> Ask:
    """Draw a tree; what is saved names nothing that is saved."""
    if depth < DEPTH_MAX and r.random() < (0.9 if depth == 1 else 0.45):
        inner = tuple(_tree(users, r, saved, depth + 1) for _ in range(r.choice((2, 2, 3))))
        match r.randrange(3):
            case 0:
                return Every(inner)
            case 1:
                return Either(inner)
            case _:
                return Every((inner[0], Other(inner[1])))
    leaves: list[Ask] = [
        OfGroup(r.choice("ab")),
        AtLeast(r.choice(NUMBERS[1:])),
        DidIt(r.choice(EVENTS), r.choice((1, 7)), r.choice((1, 1, 2)), r.choice((0, 2, 3))),
        DidIt(r.choice(EVENTS), 0, 1, r.choice((0, 3))),
        NeverDid(r.choice(EVENTS), r.choice((0, 1))),
        BeganTo(r.choice(EVENTS), r.choice((1, 7))),
        Listed("Guests", tuple(one.user for one in users[::2])),
        *saved,
    ]
    return r.choice(leaves)


def _events(users: tuple[PlannedUser, ...], span: int, r: Random) -> Iterator[PlannedEvent]:
    """Let users do either thing before campaigns begin, some of it days ago, and afterwards."""
    for one in users:
        for n in range(r.randrange(5)):
            late = r.choice((0, 0, HOUR, DAY + HOUR, 3 * DAY, 10 * DAY))
            yield _event(one.user, r.randrange(30 * MINUTE), f"{one.user} before {n}", late, r)
        for n in range(r.choice((0, 1, 2, 3))):
            at = LAUNCHED + MINUTE + r.randrange(span - LAUNCHED - MINUTE)
            yield _event(one.user, at, f"{one.user} after {n}", r.choice((0, 0, SECOND)), r)


def _event(user: str, at: int, name: str, late: int, r: Random) -> PlannedEvent:
    return PlannedEvent(at, name, user, r.choice(EVENTS), late, n=r.choice(NUMBERS), cart="c1")
