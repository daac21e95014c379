"""Words: how messages name types and values, and what they offer instead."""

import datetime as dt
import difflib
import types
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from msgspec import Struct

NAMED_MAX = 20
"""How many possible names a message lists before it only suggests the nearest."""
LISTED_MAX = 40
"""How many it lists where none is near: more are a vocabulary, not a choice."""
SHOWN_CHARS_MAX = 60
NEAR = 0.7
"""How alike a name must be to be suggested, from 0 to 1."""

_NOUNS: dict[object, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
    bytes: "text in base64",
    dt.datetime: "a date and time",
    dt.date: "a date",
    dt.time: "a time of day",
}


def expected(type_: Any) -> str:
    """Name a type for a person: `a whole number`, `text or a list (of text)`, `a table`."""
    return _listed(options(type_))


def _listed(choices: list[Any]) -> str:
    # dict.fromkeys: a set that keeps its order
    nouns = dict.fromkeys(_noun(each) for each in choices if each is not type(None))
    return " or ".join(nouns) or "nothing"


def is_kind(data: object, choices: list[Any]) -> bool:
    """Tell whether the data is of a kind that would do, whatever else is wrong with it."""
    kinds = {_noun(each).split(" (")[0] for each in choices}
    return kind_of(data) in kinds or (type(data) is int and float in choices)


def _noun(option: Any) -> str:
    if get_origin(option) is Literal:
        return "one of " + ", ".join(map(str, get_args(option)))
    if is_array(option):
        args = get_args(option)
        return f"a list (of {expected(args[0])})" if args else "a list"
    if is_struct(option) or (get_origin(option) or option) is dict:
        return "a table"
    return _NOUNS.get(
        option, "a value" if option is Any else str(getattr(option, "__name__", option))
    )


def kind_of(data: object) -> str:
    """Name what was found: `text`, `a whole number`, `a table`."""
    if isinstance(data, dict):
        return "a table"
    if isinstance(data, list | tuple):
        return "a list"
    if data is None:
        return "nothing"
    return _NOUNS.get(type(data), type(data).__name__)


def found(data: object) -> str:
    """Name what was found with its value: `the text "5"`, `the number 2`, `a table`."""
    match data:
        case dict() | list() | tuple() | None:
            return kind_of(data)
        case bool():
            return _plain(data)
        case str():
            return f"the text {shown(data)}"
        case int() | float():
            return f"the number {shown(data)}"
        case _:
            return f"{kind_of(data)} ({shown(data)})"


def _plain(data: object) -> str:
    if isinstance(data, bool):
        return str(data).lower()
    if isinstance(data, dt.datetime) and data.tzinfo is None and data.second == 0:
        return data.isoformat(timespec="minutes")
    return data.isoformat() if isinstance(data, dt.date | dt.time) else str(data)


def shown(data: object) -> str:
    """Show a value within a sentence, shortened."""
    if isinstance(data, dict):
        return "{...}"
    if isinstance(data, list | tuple):
        return "[...]"
    text = _plain(data)
    text = text if len(text) <= SHOWN_CHARS_MAX else text[: SHOWN_CHARS_MAX - 3] + "..."
    return f'"{text}"' if isinstance(data, str) else "Null" if data is None else text


def offer(found: object, possible: Iterable[object]) -> str:
    """Suggest the nearest possible name, and list them all if they are few; else the first."""
    names = sorted(map(str, possible))
    meant = near(found, names)
    if meant and len(names) > NAMED_MAX:
        return meant
    more = len(names) - LISTED_MAX
    rest = f" and {more:,} more" if more > 0 else ""
    return f"{meant} Possible: {', '.join(names[:LISTED_MAX])}{rest}.".strip()


def near(found: object, possible: Iterable[str]) -> str:
    """Suggest the nearest possible name, if one is near, in whatever case."""
    folded = {name.lower(): name for name in sorted(possible)}
    several = difflib.get_close_matches(str(found).lower(), folded, n=1, cutoff=NEAR)
    return f'Did you mean "{folded[several[0]]}"?' if several else ""


def remedy(data: object, choices: list[Any]) -> str:
    """Say what to write instead, where it can be guessed."""
    if str in choices and not isinstance(data, dict | list):
        return f'Put it in quotes: "{_plain(data)}".'
    if isinstance(data, str) and {int, float, bool} & set(choices):
        return "Write it without quotes."
    is_other_number = isinstance(data, float) and int in choices  # brackets would not make it whole
    if any(map(is_array, choices)) and not isinstance(data, dict | list) and not is_other_number:
        return "Put it in square brackets: [ ... ]."
    return f"Write {_listed(choices)}."


def options(type_: Any) -> list[Any]:
    """Flatten unions and annotations: every single type that would do."""
    origin = get_origin(type_)
    if origin is Annotated:
        return options(get_args(type_)[0])
    if origin in (Union, types.UnionType):
        return [option for each in get_args(type_) for option in options(each)]
    return [type_]


def is_struct(type_: Any) -> TypeGuard[type[Struct]]:
    """Tell whether a type is a struct."""
    return isinstance(type_, type) and issubclass(type_, Struct)


def is_array(type_: Any) -> bool:
    """Tell whether a type is written as a list."""
    return (get_origin(type_) or type_) in (tuple, list, set, frozenset)
