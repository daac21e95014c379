"""Decoding: plain data becomes a struct, or the list of everything that is wrong with it.

msgspec stops at the first error; a person who wrote a file wants them all. So the data is walked
beside the struct's type first, and converted by msgspec once nothing is wrong.
"""

from collections.abc import Iterator
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo

from domain.place import WHOLE, item, member
from domain.problem import Problem
from domain.words import (
    expected,
    found,
    is_array,
    is_kind,
    is_struct,
    offer,
    options,
    remedy,
    shown,
)

T = TypeVar("T")

DEPTH_MAX = 64


def decode(data: object, type_: type[T]) -> T | list[Problem]:
    """Convert plain data (of TOML or JSON) to the type, or say everything that is wrong with it.

    Strict: no text becomes a number. Knows structs (tagged or not), unions, tuples, lists, dicts
    with text keys, literals and msgspec's leaves.
    """
    if problems := list(_check(data, type_, "", 0)):
        return problems
    try:
        return msgspec.convert(data, type_, strict=True)
    except msgspec.ValidationError as error:  # a rule that the walk does not know
        return [Problem(WHOLE, f"{error}.", "Correct it.")]


def fits(data: object, type_: Any) -> bool:
    """Tell whether the data is of the type: whether `decode` would return a value."""
    return next(_check(data, type_, "", 0), None) is None


def _check(data: object, type_: Any, where: str, depth: int) -> Iterator[Problem]:
    """Yield what keeps the data from being of the type."""
    if depth > DEPTH_MAX:
        fix = f"Nest at most {DEPTH_MAX} levels."
        yield Problem(where, "It is nested too deeply.", fix)
        return
    choices = options(type_)
    if isinstance(data, dict):
        structs = [each for each in choices if is_struct(each)]
        mapping = next((each for each in choices if (get_origin(each) or each) is dict), None)
        if structs:
            yield from _check_tagged(data, structs, where, depth)
            return
        if mapping is not None:
            yield from _check_dict(data, mapping, where, depth)
            return
    elif isinstance(data, list | tuple) and (array := next(filter(is_array, choices), None)):
        inner = item_types(array, len(data))
        inside = [
            problem
            for i, value in enumerate(data)
            for problem in _check(value, inner[i], item(where, i), depth + 1)
        ]
        yield from inside or _check_leaf(data, type_, where)  # how many there may be
        return
    yield from _check_leaf(data, type_, where)


def _check_tagged(
    data: dict[Any, Any], structs: list[type[Struct]], where: str, depth: int
) -> Iterator[Problem]:
    """Check a table against the struct that its tag names (or the only one)."""
    tag_field = structs[0].__struct_config__.tag_field
    if tag_field is None:
        yield from _check_struct(data, structs[0], where, depth)
        return
    place = member(where, tag_field)
    tags = {str(each.__struct_config__.tag): each for each in structs}
    tag = data.get(tag_field)
    if isinstance(tag, str) and tag in tags:
        yield from _check_struct(data, tags[tag], where, depth)
    elif tag_field in data:
        yield Problem(place, f"There is no {tag_field} {shown(tag)}.", offer(tag, tags))
    elif len(structs) == 1:
        yield from _check_struct(data, structs[0], where, depth)
    else:
        what = f'"{tag_field}" is missing: it says what kind of thing this is.'
        yield Problem(place, what, f"Add one of: {', '.join(sorted(tags))}.")


def _check_struct(
    data: dict[Any, Any], struct: type[Struct], where: str, depth: int
) -> Iterator[Problem]:
    """Check a table against a struct, key by key."""
    config = struct.__struct_config__
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    known = fields.keys() | ({config.tag_field} if config.tag_field else set())
    for key, value in data.items():
        if key in fields:
            yield from _check(value, fields[key].type, member(where, key), depth + 1)
        elif key not in known and config.forbid_unknown_fields:
            yield Problem(member(where, str(key)), "This key is unknown.", offer(key, known))
    for name, field in fields.items():
        if name not in data and field_is_required(field):
            what = f'"{name}" is missing.'
            yield Problem(member(where, name), what, f"Add it: {expected(field.type)}.")


def _check_dict(data: dict[Any, Any], mapping: Any, where: str, depth: int) -> Iterator[Problem]:
    """Check the values of a free mapping, and that its keys are what they must be."""
    key_type, value_type = get_args(mapping) or (Any, Any)
    for key, value in data.items():
        place = member(where, str(key))
        yield from _check_leaf(key, key_type, place)
        yield from _check(value, value_type, place, depth + 1)


def _check_leaf(data: object, type_: Any, where: str) -> Iterator[Problem]:
    """Let msgspec judge one value, and say the no in a person's words."""
    try:
        msgspec.convert(data, type_, strict=True)
    except msgspec.ValidationError as error:
        choices = options(type_)
        literals = [v for each in choices if get_origin(each) is Literal for v in get_args(each)]
        place = where or WHOLE
        if literals and isinstance(data, str):
            yield Problem(place, f"{shown(data)} is not possible here.", offer(data, literals))
        elif not is_kind(data, choices):
            what = f"Found {found(data)}, expected {expected(type_)}."
            yield Problem(place, what, remedy(data, choices))
        else:  # the right kind of thing, but a rule of the type refuses it: a range, a length
            rule = str(error).split(" - at ")[0].replace("`", "")
            yield Problem(place, f"{shown(data)} is not possible: {rule}.", "Choose another value.")


def item_types(array: Any, length: int) -> list[Any]:
    """Return the type of each item of an array so long."""
    args = get_args(array) or (Any,)
    if get_origin(array) is tuple and args[-1] is not ...:
        return [*args[:length], *[Any] * (length - len(args))]
    return [args[0]] * length


def field_is_required(field: FieldInfo) -> bool:
    """Tell whether a struct cannot be without this field."""
    return field.default is NODEFAULT and field.default_factory is NODEFAULT
