"""The lives of a seed: as it is, in each weather, and in most of them at once.

`life` is the one that a seed has in a run of many.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation import (
    afar,
    allowances,
    calendars,
    changing,
    choices,
    contents,
    dates,
    foul,
    holds,
    long_kept,
    months,
    personals,
    scarcity,
    spans,
    triggers,
    waits,
    weather,
)
from tests.simulation.invent import invent
from tests.simulation.plan import Plan
from tests.simulation.trouble import MINUTE
from tests.simulation.weather import Weather, calm

TOGETHER: tuple[Weather, ...] = (
    weather.doubt,
    weather.refusal,
    weather.crashes,
    weather.second_thoughts,
    weather.burst,
    weather.nights,
)
WEATHERS: tuple[Weather, ...] = (
    *TOGETHER,
    weather.leaps,
    weather.limits,
    weather.usurpers,
    weather.in_the_middle,
    foul.poison,
    foul.farewells,
    foul.throttles,
    foul.restores,
    scarcity.users,
    scarcity.midnights,
    scarcity.weeks,
    scarcity.throttles,
    scarcity.surges,
    waits.moments,
)
KINDS: tuple[Weather, ...] = (
    calendars.repeating,
    contents.tested,
    contents.shared,
    dates.dated,
    personals.each_in_time,
    weather.busy,
    contents.compared,
    allowances.allowed,
    holds.held,
    spans.between,
    afar.spelled,
    months.by_weekday,
    triggers.heard,
    choices.chosen,
    long_kept.long_kept,
    changing.changing,
)
"""What campaigns may be besides: whatever the weather of their life is."""
ROUGH_EVERY = 3
"""One seed in so many is lived in rough weather, each kind in its turn."""
CALM_SHARE = 0.5
KINDS_AT = 2
"""And one has campaigns of other kinds: that which leaves so much when it is divided."""


def life(seed: int, *, jumps: bool = False) -> Plan:
    """Return the life of a seed among many; `jumps`: as invented, with a clock that jumps."""
    if jumps:
        return waits.added(invent(seed, jumps=True))
    if seed % ROUGH_EVERY == KINDS_AT:
        return of_a_kind(seed)
    if seed % ROUGH_EVERY:
        return waits.added(invent(seed))
    rough = list(lives(seed))[1 : len(WEATHERS) + 2]
    return rough[seed // ROUGH_EVERY % len(rough)]


def of_a_kind(seed: int, *, crashes: bool = True) -> Plan:
    """Return the life of a seed with campaigns of one of the kinds, each in its turn.

    Half of these lives are calm but for what the kind itself brings.
    """
    plan = waits.added(invent(seed, crashes=crashes))
    change = KINDS[seed // ROUGH_EVERY % len(KINDS)]
    r = Random(f"kind {seed}")
    plan = change(calm(plan) if r.random() < CALM_SHARE else plan, r)
    return plan if crashes else replace(plan, crashes=(), usurpations=(), restores=())


def lives(seed: int, only: str = "") -> Iterator[Plan]:
    """Give the lives of a seed: as it is, in each weather, in most of them at once, of each kind.

    `only` is the name of the one weather that is wanted; "" is for all.
    """
    plan = waits.added(invent(seed))
    if not only:
        yield plan
    every = plan
    for change in WEATHERS:
        r = Random(f"{change.__name__} {seed}")
        if only in ("", change.__name__):
            yield change(calm(plan), r)
        every = change(every, r) if change in TOGETHER else every
    if not only:
        yield replace(every, oversleeps=max(plan.oversleeps, 10 * MINUTE))
    for change in KINDS:
        if only in ("", change.__name__):
            yield change(calm(plan), Random(f"{change.__name__} {seed}"))
