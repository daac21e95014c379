"""Every option of a definition is used by some simulated life, or stands here as one that is not.

An option that no life uses is one that no planted bug can show. Audiences are apart: lives ask for
some conditions only (`asks.py`), and all are compared with other engines in `tests/store`.
"""

from collections.abc import Iterator
from inspect import getmodule

import msgspec
from msgspec import Struct, inspect

from domain import trigger
from domain.campaign import Campaign
from tests.simulation import season
from tests.simulation.defined import definition_of
from tests.simulation.world import World

SEEDS = range(30)
APART = frozenset({"domain.audience", "domain.behaviour", "domain.people", "domain.conditions"})
"""Modules of what an audience asks; a trigger's filters are written in the same words."""
UNLIVED: dict[str, set[str]] = {
    "Campaign": {"labels"},
    "What": {"email", "event", "identify", "identity", "object_id", "push_tokens", "required"},
    "Delivery": {"anonymous"},
    "Goal": {"where"},
    "Keyed": {"property", "where"},  # its names are tried by the streams of inaction
    "Without": {"also", "property", "where"},
}
"""By the part of a definition: what its own tests try, and no whole life."""


def used(value: object) -> Iterator[tuple[str, str]]:
    """Give every option of a definition that does not have its default, by its part."""
    if isinstance(value, Struct):
        for field in msgspec.structs.fields(value):
            inner = getattr(value, field.name)
            factory = field.default_factory
            default = field.default if factory is msgspec.NODEFAULT else factory()
            if inner != default:
                yield type(value).__name__, field.name
                yield from used(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from used(inner)


def parts(part: type[Struct], seen: set[type[Struct]]) -> set[type[Struct]]:
    """Return every part that a definition may have, but for its audience."""
    if part in seen or getattr(getmodule(part), "__name__", "") in APART:
        return seen
    seen.add(part)
    info = inspect.type_info(part)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        for inner in structs(field.type):
            parts(inner, seen)
    return seen


def structs(info: inspect.Type) -> Iterator[type[Struct]]:
    match info:
        case inspect.StructType(cls=cls):
            yield cls
        case inspect.UnionType(types=types):
            for each in types:
                yield from structs(each)
        case inspect.VarTupleType(item_type=item):
            yield from structs(item)
        case _:
            pass


def test_every_option_is_used_by_some_life_or_named_here() -> None:
    found = {
        option
        for seed in SEEDS
        for plan in season.lives(seed)
        for one in plan.campaigns
        for option in used(definition_of(one, World(plan)))
    }
    missing = {
        part.__name__: unused
        for part in parts(Campaign, set())
        if (
            unused := {
                field.name
                for field in msgspec.structs.fields(part)
                if (part.__name__, field.name) not in found
            }
        )
    }
    assert missing == UNLIVED


def test_the_parts_of_a_definition_are_all_looked_at() -> None:
    assert {trigger.Without, trigger.OnDate} < parts(Campaign, set())
