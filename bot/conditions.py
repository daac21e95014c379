"""Comparisons as a marketer types them: `price >= 50`, `country is one of NO, SE`.

A value is a number or true/false if it reads as one, else text; quotes make text of anything.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from domain.audience import Filter, Operator, Scalar

OPERATORS: Final[Mapping[Operator, str]] = {
    "equals": "is",
    "not_equals": "is not",
    "in": "is one of",
    "contains": "contains",
    "does_not_contain": "does not contain",
    "starts_with": "starts with",
    "exists": "is known",
    "does_not_exist": "is not known",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "between": "between",
    "before": "before",
    "after": "after",
    "in_last_days": "in the last days",
    "before_last_days": "before the last days",
    "in_next_days": "in the next days",
    "after_next_days": "after the next days",
}
"""Each operator as it is shown and typed."""

_LISTS: Final = frozenset({"in", "between"})
_TYPED: Final[Mapping[str, Operator]] = {
    **{words: op for op, words in OPERATORS.items()},
    "=": "equals",
    "==": "equals",
    "!=": "not_equals",
}
_WORDS: Final = "|".join(
    re.escape(words) if not words[0].isalpha() else rf"(?<=\s){re.escape(words)}(?=\s|$)"
    for words in sorted(_TYPED, key=len, reverse=True)
)
_LINE: Final = re.compile(rf"(?P<property>\S.*?)\s*(?P<op>{_WORDS})\s*(?P<value>.*)", re.IGNORECASE)
_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,18})", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9]\d{0,18})\.\d{1,18}", re.ASCII)
_ITEM: Final = re.compile(r'\s*("(?:\\.|[^"\\])*"|[^,]*?)\s*(?:,|$)')
_BOOLEANS: Final = {"true": True, "false": False}


def read_filters(text: str) -> tuple[Filter, ...] | str:
    """Return the comparisons of a text, one a line; or, in words, what cannot be read."""
    found, wrong = [], []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        matched = _LINE.fullmatch(line)
        if matched is None:
            wrong.append(f'"{line[:80]}" is no comparison. Write it like: price >= 50')
            continue
        op = _TYPED[matched["op"].lower()]
        found.append(Filter(matched["property"], op, read_value(op, matched["value"])))
    return " ".join(wrong) or tuple(found)


def write_filters(filters: tuple[Filter, ...]) -> str:
    """Return comparisons as text, one a line."""
    return "\n".join(
        f"{each.property} {OPERATORS[each.op]} {write_value(each.value)}".rstrip()
        for each in filters
    )


def read_value(op: Operator, text: str) -> Scalar | tuple[Scalar, ...] | None:
    """Return the value that was typed for an operator; nothing typed is None."""
    text = text.strip()
    if not text:
        return None
    if op in _LISTS:
        return tuple(_scalar(each) for each in _items(text))
    return _scalar(text)


def write_value(value: Scalar | tuple[Scalar, ...] | None) -> str:
    """Return a value as it would be typed."""
    match value:
        case None:
            return ""
        case tuple():
            return ", ".join(_written(each) for each in value)
        case _:
            return _written(value)


def read_texts(text: str) -> tuple[str, ...]:
    """Return the texts that were typed, separated by commas; one with a comma stands in quotes."""
    return tuple(_unquoted(each) for each in _items(text))


def write_texts(texts: tuple[str, ...]) -> str:
    """Return texts as they would be typed."""
    return ", ".join(
        each if _is_plain(each) else json.dumps(each, ensure_ascii=False) for each in texts
    )


def _items(text: str) -> list[str]:
    items, at = [], 0
    while at < len(text):
        found = _ITEM.match(text, at)
        assert found is not None, "an item may be empty, so there always is one"
        items.append(found[1])
        at = max(found.end(), at + 1)
    return [each for each in items if each]


def _scalar(text: str) -> Scalar:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _unquoted(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return _BOOLEANS.get(text.lower(), text)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        with suppress(ValueError):
            return str(json.loads(text))
    return text


def _is_plain(text: str) -> bool:
    """Tell whether a text reads as itself without quotes."""
    return bool(text) and text == text.strip() and not set('",\n\r') & set(text)


def _written(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return repr(value)
    return (
        value
        if _is_plain(value) and _scalar(value) == value
        else json.dumps(value, ensure_ascii=False)
    )
