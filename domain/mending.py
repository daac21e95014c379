"""Mending: plain data with everything that does not fit its type replaced by something that does.

Only so that the rules of content can be asked about the rest, and a person reads the problems of
shape and of content together. What was mended is never kept.
"""

from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct

from domain.decoding import field_is_required, fits, item_types
from domain.words import is_array, is_struct, options

FILLER = "x"


def mend(data: object, type_: Any) -> Any:
    """Return data that the type accepts, the same wherever it fits already.

    Lists keep their length, so places in them stay true; unknown keys are dropped.
    """
    if fits(data, type_):
        return data
    choices = options(type_)
    mended: Any = None
    if isinstance(data, dict):
        structs = [each for each in choices if is_struct(each)]
        mapping = next((each for each in choices if get_origin(each) is dict), None)
        if (struct := _named_struct(data, structs)) is not None:
            mended = _mend_struct(data, struct)
        elif mapping is not None:
            value_type = get_args(mapping)[1]
            mended = {str(key): mend(value, value_type) for key, value in data.items()}
    elif isinstance(data, list) and (array := next(filter(is_array, choices), None)):
        types = item_types(array, len(data))
        mended = [mend(value, each) for value, each in zip(data, types, strict=True)]
    return mended if mended is not None and fits(mended, type_) else _filler(choices)


def _named_struct(data: dict[Any, Any], structs: list[type[Struct]]) -> type[Struct] | None:
    if len(structs) == 1:
        return structs[0]
    return next(
        (
            each
            for each in structs
            if data.get(each.__struct_config__.tag_field) == each.__struct_config__.tag
        ),
        None,
    )


def _mend_struct(data: dict[Any, Any], struct: type[Struct]) -> dict[str, Any]:
    config = struct.__struct_config__
    mended: dict[str, Any] = {config.tag_field: config.tag} if config.tag_field else {}
    for field in msgspec.structs.fields(struct):
        if field.encode_name in data:
            mended[field.encode_name] = mend(data[field.encode_name], field.type)
        elif field_is_required(field):
            mended[field.encode_name] = _filler(options(field.type))
    return mended


def _filler(choices: list[Any]) -> Any:
    """Return the plainest data of one of the types."""
    first = choices[0]
    if type(None) in choices:
        return None
    if get_origin(first) is Literal:
        return get_args(first)[0]
    if is_struct(first):
        return _mend_struct({}, first)
    if is_array(first):
        return []
    plain: dict[Any, Any] = {str: FILLER, int: 1, float: 1.0, bool: False}
    return plain.get(first, {})
