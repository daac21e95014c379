"""A campaign as TOML text, laid out for a person to read, change and paste back."""

import re
from typing import Any

from domain.audience import Node
from domain.campaign import Campaign, plain

LINE_CHARS_MAX = 88

_INLINE = frozenset({"count", "amount", "period"})
"""Small tables that read best on the line of their condition."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
}


def write(campaign: Campaign) -> str:
    """Return the definition of a campaign, without what is as by default.

    A law: `domain.toml_source.check(write(campaign))` is the campaign again, if it has no problems.
    """
    return "\n".join(_table("", plain(campaign))).strip() + "\n"


def write_audience(who: Node) -> str:
    """Return an audience alone, as `domain.audience_source.read_audience` reads it."""
    return "\n".join(_table("", {"who": plain(who)})).strip() + "\n"


def _table(path: str, table: dict[str, Any]) -> list[str]:
    """Return the lines of a table: its plain keys first, then the tables inside it."""
    lines: list[str] = []
    inner: list[str] = []
    for name, value in table.items():
        place = f"{path}.{_key(name)}" if path else _key(name)
        if isinstance(value, dict) and name not in _INLINE:
            inner += ["", f"[{place}]", *_table(place, value)]
        elif name == "of" and value:
            for each in value:
                inner += ["", f"[[{place}]]", *_table(place, each)]
        else:
            lines.append(_pair(name, value))
    return lines + inner


def _pair(name: str, value: Any) -> str:
    line = f"{_key(name)} = {_value(value)}"
    if isinstance(value, list) and value and len(line) > LINE_CHARS_MAX:
        items = "".join(f"  {_value(each)},\n" for each in value)
        return f"{_key(name)} = [\n{items}]"
    if isinstance(value, str) and "\n" in value:
        text = _escaped(value, keep="\n")
        return f'{_key(name)} = """\n{text}"""'
    return line


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case str():
            return f'"{_escaped(value)}"'
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else f'"{_escaped(name)}"'


def _escaped(text: str, keep: str = "") -> str:
    return "".join(
        c
        if c in keep or (c.isprintable() and c not in _ESCAPES)
        else _ESCAPES.get(c) or f"\\U{ord(c):08X}"
        for c in text
    )
