"""Adds to a life what is seldom in one, each kind in some lives only.

Rows that go bad and values that break a template; people who want nothing any more, and imports
that bring them again; backups, and their way back; Segment's refusals of one user's messages, and
each way in which it says that it is too much.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation.plan import (
    Plan,
    PlannedBackup,
    PlannedCampaign,
    PlannedFault,
    PlannedProfile,
    PlannedRestore,
    PlannedSuppression,
    PlannedUser,
    Rot,
)

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
THROTTLES = ("seconds", "decimal", "date", "past", "reset", "epoch", "garbage", "none")
WAITS = (0, 1, 7, 60, 600, 3_600, 86_400)
"""Seconds."""
GOALS = ("Order Completed", "Cart Viewed", "Page Viewed")
BY_EVENT = "{{ 100 | divided_by: Event.n }}"
BY_PROFILE = "{{ 100 | divided_by: Profile.n }}"


def added(plan: Plan, *, restores: bool) -> Plan:
    """Return the plan with some trouble, by its seed; `restores`: also with backups put back."""
    r = Random(f"trouble {plan.seed}")
    if r.random() < 0.3:
        plan = templates(plan, r)
    if r.random() < 0.15:
        plan = rot(plan, r)
    if r.random() < 0.2:
        plan = farewells(plan, r)
    if r.random() < 0.15:
        plan = late_comers(plan, r)
    if r.random() < 0.1:
        plan = refused(plan, r)
    if r.random() < 0.15:
        plan = throttled(plan, r)
    if restores and r.random() < 0.12:
        plan = put_back(plan, r)
    return goals(plan, Random(f"goals {plan.seed}"))


def goals(plan: Plan, r: Random) -> Plan:
    """In some lives campaigns have goals: what their users do anyway, in short windows and long."""
    if r.random() < 0.6:
        return plan
    return replace(
        plan,
        campaigns=tuple(
            replace(one, goal=r.choice(GOALS), window_minutes=r.choice((5, 60, 1_440)))
            if r.random() < 0.7
            else one
            for one in plan.campaigns
        ),
    )


def templates(plan: Plan, r: Random) -> Plan:
    """Every campaign divides by a number that is 0 for a few users and events."""
    return replace(
        plan,
        users=tuple(replace(one, n=0 if r.random() < 0.04 else 2) for one in plan.users),
        events=tuple(replace(one, n=0 if r.random() < 0.04 else 2) for one in plan.events),
        campaigns=tuple(replace(one, template=_template(one, r)) for one in plan.campaigns),
    )


def _template(one: PlannedCampaign, r: Random) -> str:
    return BY_EVENT if one.kind == "live" and r.random() < 0.7 else BY_PROFILE


def rot(plan: Plan, r: Random) -> Plan:
    """A few rows go bad: events in the log, zones and traits of users."""
    names = [one.event for one in plan.campaigns if one.event] or ["Page Viewed"]

    def some() -> Iterator[Rot]:
        for _ in range(r.randrange(1, 4)):
            what, user = r.choice(("event", "event", "zone", "traits")), r.choice(plan.users).user
            name = r.choice(names) if what == "event" else ""
            yield Rot(r.randrange(plan.span), what, user, name)  # type: ignore[arg-type]

    return replace(plan, rots=tuple(some()), profiles=_imports(plan, r))


def farewells(plan: Plan, r: Random) -> Plan:
    """Some users want nothing any more; some of them are imported again."""
    gone = r.sample(plan.users, min(r.randrange(1, 5), len(plan.users)))
    told = tuple(
        PlannedSuppression(r.randrange(plan.span), one.user, erased=r.random() < 0.4)
        for one in gone
    )
    back = tuple(
        PlannedProfile(r.randrange(one.at, plan.span), one.user) for one in told if r.random() < 0.7
    )
    return replace(plan, suppressions=told, profiles=(*plan.profiles, *back))


def late_comers(plan: Plan, r: Random) -> Plan:
    """Some users come when everything is under way."""

    def late(one: PlannedUser) -> PlannedUser:
        return replace(one, comes=1 + r.randrange(plan.span // 2)) if r.random() < 0.3 else one

    first, *rest = plan.users
    return replace(plan, users=(first, *(late(one) for one in rest)))


def refused(plan: Plan, r: Random) -> Plan:
    """Segment refuses every request with a message to one user, until it is told otherwise."""
    text = f'"userId":"{r.choice(plan.users).user}"'
    fault = PlannedFault(r.randrange(plan.span // 2 + 1), "reject_containing", {"text": text})
    return replace(plan, faults=(*plan.faults, fault))


def throttled(plan: Plan, r: Random) -> Plan:
    """Segment says "too much" in every way."""
    at = r.randrange(plan.span)
    faults = tuple(
        PlannedFault(
            min(at + r.randrange(10 * MINUTE), plan.span - 1),
            "throttle",
            {
                "count": r.choice((1, 1, 3)),
                "style": r.choice(THROTTLES),
                "retry_after": r.choice(WAITS),
            },
        )
        for _ in range(r.randrange(1, 6))
    )
    return replace(plan, faults=(*plan.faults, *faults))


def put_back(plan: Plan, r: Random) -> Plan:
    """A backup is made now and then, and the latest one put back, once or twice."""
    backups = tuple(PlannedBackup(r.randrange(plan.span)) for _ in range(r.randrange(1, 4)))
    first = min(one.at for one in backups)
    restores = tuple(
        PlannedRestore(r.randrange(first, plan.span), r.choice((0, SECOND, MINUTE, HOUR)))
        for _ in range(r.choice((1, 1, 2)))
    )
    return replace(
        plan, backups=backups, restores=restores, profiles=(*plan.profiles, *_imports(plan, r))
    )


def _imports(plan: Plan, r: Random) -> tuple[PlannedProfile, ...]:
    return tuple(
        PlannedProfile(r.randrange(plan.span), r.choice(plan.users).user)
        for _ in range(r.randrange(3))
    )
