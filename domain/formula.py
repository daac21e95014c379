"""What a condition about a profile comes down to: comparisons of traits, joined.

Memory asks the formula of one user's traits here; the store's compiler asks it of columns. So age,
gender, place and the rest mean the same to both, and each is said once, in `domain.profile`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from domain.conditions import Condition, predicate
from domain.devices import devices
from domain.globe import inside, position
from domain.people import Place


class Has(Struct, frozen=True):
    """The trait of this name meets the condition."""

    name: str
    asked: Condition


class OnDevice(Struct, frozen=True):
    """One device meets all of the conditions, given by its fields."""

    asked: tuple[tuple[str, Condition], ...]


class Around(Struct, frozen=True):
    """The position (two traits, in degrees) lies in one of the circles."""

    latitude: str
    longitude: str
    places: tuple[Place, ...]


class Every(Struct, frozen=True):
    """All of them hold."""

    of: tuple["Formula", ...]


class Some(Struct, frozen=True):
    """At least one holds."""

    of: tuple["Formula", ...]


class No(Struct, frozen=True):
    """It does not hold."""

    of: "Formula"


Formula: TypeAlias = Has | OnDevice | Around | Every | Some | No
TraitsTest: TypeAlias = Callable[[Mapping[str, Any]], bool]

OBJECTS = ("address", "company", "group")


def flat(traits: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the traits with the parts of what clients send as objects too: `address.city`.

    A trait that has such a name already stays.
    """
    inside = {
        f"{name}.{key}": value
        for name in OBJECTS
        if isinstance(held := traits.get(name), dict)
        for key, value in held.items()
    }
    return {**inside, **traits} if inside else traits


def traits_test(formula: Formula) -> TraitsTest:
    """Return the formula as a function of a user's (flat) traits, to be asked often."""
    match formula:
        case Has(name, asked):
            passes = predicate(asked)
            return lambda traits: passes(traits.get(name))
        case OnDevice(asked):
            return _device_test([(name, predicate(each)) for name, each in asked])
        case Around(latitude, longitude, places):
            return _around_test(latitude, longitude, places)
        case Every(of):
            every = [traits_test(each) for each in of]
            return lambda traits: all(test(traits) for test in every)
        case Some(of):
            some = [traits_test(each) for each in of]
            return lambda traits: any(test(traits) for test in some)
        case No(of):
            denied = traits_test(of)
            return lambda traits: not denied(traits)
        case _:
            assert_never(formula)


def _device_test(tests: list[tuple[str, Callable[[Any], bool]]]) -> TraitsTest:
    def passes(traits: Mapping[str, Any]) -> bool:
        return any(
            all(test(device.get(name)) for name, test in tests) for device in devices(traits)
        )

    return passes


def _around_test(latitude: str, longitude: str, places: tuple[Place, ...]) -> TraitsTest:
    def passes(traits: Mapping[str, Any]) -> bool:
        where = position(traits.get(latitude), traits.get(longitude))
        return where is not None and any(inside(where, place) for place in places)

    return passes
