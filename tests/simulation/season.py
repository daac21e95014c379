"""The lives of a seed: as it is, in each weather, and in most of them at once.

`life` is the one that a seed has in a run of many.
"""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from tests.simulation import foul, scarcity, weather
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
)
ROUGH_EVERY = 3
"""One seed in so many is lived in rough weather, each kind in its turn."""


def life(seed: int, *, jumps: bool = False) -> Plan:
    """Return the life of a seed among many; `jumps`: as invented, with a clock that jumps."""
    if jumps or seed % ROUGH_EVERY:
        return invent(seed, jumps=jumps)
    _, *rough = lives(seed)
    return rough[seed // ROUGH_EVERY % len(rough)]


def lives(seed: int, only: str = "") -> Iterator[Plan]:
    """Give the lives of a seed: as it is, in each weather, and in most of them at once.

    `only` is the name of the one weather that is wanted; "" is for all.
    """
    plan = invent(seed)
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
