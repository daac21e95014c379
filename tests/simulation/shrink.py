"""Makes a plan that fails shorter, by taking away whatever the failure does not need."""

from collections.abc import Callable, Iterator

import msgspec

from tests.simulation.plan import Plan

LISTS = (
    "campaigns",
    "usurpations",
    "restores",
    "backups",
    "crashes",
    "jumps",
    "rots",
    "suppressions",
    "profiles",
    "faults",
    "well",
    "acts",
    "events",
    "users",
)
"""What a plan has many of, in the order in which it is worth trying to do without."""
SPAN_MIN = 60_000


def shrink(plan: Plan, fails: Callable[[Plan], bool], *, tries_max: int) -> Plan:
    """Return a smaller plan that still fails, after at most so many tries."""
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(plan):
            if tries == tries_max:
                return plan
            tries += 1
            if fails(candidate):
                plan, smaller = candidate, True
                break
    return plan


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Give plans with less in them: shorter, then without halves of a list or single entries."""
    for part in (4, 2):
        if plan.span > part * SPAN_MIN:
            yield _until(plan, plan.span // part)
    for name in LISTS:
        entries = getattr(plan, name)
        size = len(entries)
        while size:
            for start in range(0, len(entries), size):
                rest = entries[:start] + entries[start + size :]
                yield _fitting(msgspec.structs.replace(plan, **{name: rest}))
            size //= 2
    if plan.oversleeps:
        yield msgspec.structs.replace(plan, oversleeps=0)


def _until(plan: Plan, span: int) -> Plan:
    """Let a life end sooner, and leave out what would happen after that."""
    kept = {
        name: tuple(one for one in getattr(plan, name) if (getattr(one, "at", 0) or 0) < span)
        for name in LISTS
    }
    return _fitting(msgspec.structs.replace(plan, **kept, span=span))


def _fitting(plan: Plan) -> Plan:
    """Leave out what is about a campaign or a user that is gone."""
    names = {one.name for one in plan.campaigns}
    users = {one.user for one in plan.users}
    return msgspec.structs.replace(
        plan,
        acts=tuple(one for one in plan.acts if one.campaign in names),
        events=tuple(one for one in plan.events if one.user in users),
        rots=tuple(one for one in plan.rots if one.user in users),
        suppressions=tuple(one for one in plan.suppressions if one.user in users),
        profiles=tuple(one for one in plan.profiles if one.user in users),
    )
