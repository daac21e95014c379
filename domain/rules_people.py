"""The rules of who a user is: ages, places, devices and names that make sense."""

import math
from collections.abc import Iterator
from typing import assert_never

from domain.behaviour import Filter
from domain.conditions import Never
from domain.devices import (
    FIELDS,
    TEXT_OPERATORS,
    VERSION_FIELDS,
    VERSION_OPERATORS,
    device_condition,
)
from domain.globe import LATITUDE_MAX, LONGITUDE_MAX
from domain.people import (
    Age,
    Device,
    Gender,
    Geography,
    Near,
    Place,
    Property,
    Reachability,
    Trait,
)
from domain.place import item, member
from domain.problem import Problem
from domain.rules_filters import (
    PROPERTY_CHARS_MAX,
    VALUES_MAX,
    number_problems,
    scalar_problems,
    value_problems,
)
from domain.rules_text import text_problems
from domain.words import offer

AGE_MAX = 150
PLACES_MAX = 50
PLACE_CHARS_MAX = 120
KM_MAX = 20_040
"""Half around the Earth: farther away is nobody."""


def people_problems(trait: Trait, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a condition about a profile."""
    match trait:
        case Property(name, op, value):
            yield from text_problems(name, member(where, "name"), PROPERTY_CHARS_MAX)
            yield from value_problems(op, value, member(where, "value"))
        case Age():
            yield from _age_problems(trait, member(where, "value"))
        case Geography(country, region, city):
            if not (country or region or city):
                fix = "Add country, region or city."
                yield Problem(where, "It names no place.", fix)
            for key, names in (("country", country), ("region", region), ("city", city)):
                yield from _names_problems(names, member(where, key))
        case Near(places):
            yield from _places_problems(places, member(where, "places"))
        case Device(filters):
            yield from _device_problems(filters, member(where, "where"))
        case Gender() | Reachability():
            pass
        case _:
            assert_never(trait)


def _age_problems(age: Age, where: str) -> Iterator[Problem]:
    several = age.value if isinstance(age.value, tuple) else (age.value,)
    if (age.op == "between") is not (len(several) == 2):
        needs = "two numbers" if age.op == "between" else "one number"
        yield Problem(where, f'"{age.op}" needs {needs}.', f"Write {needs}.")
    elif not all(0 <= each <= AGE_MAX for each in several):
        shown = " and ".join(map(str, several))
        yield Problem(where, f"An age of {shown} is not possible.", f"Choose 0 to {AGE_MAX}.")
    elif list(several) != sorted(several):
        fix = "Write the lower number first: [18, 30]."
        yield Problem(where, "The two numbers are not in order.", fix)
    elif age.op == "<" and several[0] == 0:
        yield Problem(where, "Nobody is younger than 0.", "Choose a higher number.")


def _names_problems(names: tuple[str, ...], where: str) -> Iterator[Problem]:
    if len(names) > VALUES_MAX:
        what = f"The list has {len(names)} names; at most {VALUES_MAX} are possible."
        yield Problem(where, what, "Shorten it.")
    for i, name in enumerate(names):
        yield from text_problems(name, item(where, i), PLACE_CHARS_MAX)


def _places_problems(places: tuple[Place, ...], where: str) -> Iterator[Problem]:
    if not 1 <= len(places) <= PLACES_MAX:
        what = f"There are {len(places)} places; 1 to {PLACES_MAX} are possible."
        yield Problem(where, what, "Add one." if not places else "Leave some out.")
    for i, place in enumerate(places):
        for key, low, high in (
            ("latitude", -LATITUDE_MAX, LATITUDE_MAX),
            ("longitude", -LONGITUDE_MAX, LONGITUDE_MAX),
            ("km", 0, KM_MAX),
        ):
            value: float = getattr(place, key)
            if not (math.isfinite(value) and low <= value <= high) or (key == "km" and not value):
                what = f"{value} is not possible."
                fix = f"Choose more than 0, at most {KM_MAX}." if key == "km" else ""
                fix = fix or f"Choose {low} to {high} degrees."
                yield Problem(member(item(where, i), key), what, fix)


def _device_problems(filters: tuple[Filter, ...], where: str) -> Iterator[Problem]:
    if not filters:
        yield Problem(where, "It asks nothing of the device.", "Add a comparison.")
    yield from number_problems(filters, where)
    for i, each in enumerate(filters):
        place = item(where, i)
        if each.property not in FIELDS:
            what = f'A device has no "{each.property[:60]}".'
            yield Problem(member(place, "property"), what, offer(each.property, FIELDS))
        elif each.op in VERSION_OPERATORS:
            yield from _version_problems(each, place)
        elif each.op not in TEXT_OPERATORS:
            what = f'"{each.op}" does not compare what is known of devices.'
            fix = offer(each.op, (*TEXT_OPERATORS, *VERSION_OPERATORS))
            yield Problem(member(place, "op"), what, fix)
        else:
            yield from value_problems(each.op, each.value, member(place, "value"))


def _version_problems(asked: Filter, where: str) -> Iterator[Problem]:
    if asked.property not in VERSION_FIELDS:
        what = f'"{asked.op}" compares versions, and "{asked.property}" is none.'
        yield Problem(member(where, "op"), what, offer(asked.op, TEXT_OPERATORS))
        return
    several = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    place = member(where, "value")
    odd = [p for each in several if each is not None for p in scalar_problems(each, place)]
    yield from odd
    if not odd and isinstance(device_condition(asked), Never):
        needs = "two versions" if asked.op == "between" else "a version"
        example = '["5.9", "5.10"]' if asked.op == "between" else '"5.10"'
        what = f'"{asked.op}" needs {needs} in quotes.'
        yield Problem(place, what, f"Write it as {example}.")
