"""What the cells of a column mean: text, a number, a flag, a date, or a list.

CSV has no types. A header may name one (`age:number`); else the whole column decides: it is a
number only if every cell is one, so a code such as 0150 keeps its zero, and its column is text.
"""

import difflib
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from domain.devices import VERSION_FIELDS
from domain.epoch_dates import dated
from domain.values import iso_moment


class Kind(StrEnum):
    """What a column holds; the value is what a header says after the colon."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    LIST = "list"


LIST_MARK = "|"
FLAGS = {"true": True, "false": False}
NEAR = 0.75
"""How alike what follows a colon must be to the name of a type, from 0 to 1."""
OTHER_NAMES = {
    **dict.fromkeys(("int", "integer", "float", "double", "decimal", "numeric"), Kind.NUMBER),
    **dict.fromkeys(("str", "string", "varchar"), Kind.TEXT),
    **dict.fromkeys(("bool", "boolean"), Kind.FLAG),
    **dict.fromkeys(("datetime", "timestamp", "time"), Kind.DATE),
    "array": Kind.LIST,
}
"""What other programs call the types: somebody who writes one means ours."""
ALWAYS_TEXT = frozenset(
    {"phone", "zip", "zip_code", "zipcode", "postal_code", "postalcode", "postcode", "version"}
    | set(VERSION_FIELDS)
)
"""Names whose numbers are codes: nobody adds them up, and zeros matter: 5.10 is not 5.1."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")
"""What is the same number again when it is written: no plus, no leading zero, no exponent."""


class Column(Struct, frozen=True):
    """A column: its key, and what it holds. `given`: the header said so."""

    key: str
    kind: Kind
    given: bool


class Wrong(Struct, frozen=True):
    """A cell that is not what its column holds."""

    what: str
    fix: str


def split_header(name: str) -> tuple[str, Kind | None]:
    """Return a column's key, and what its header says it holds: `age:number`."""
    key, colon, kind = name.rpartition(":")
    if colon and key and kind in set(Kind):
        return key, Kind(kind)
    return name, None


def meant(name: str) -> Kind | None:
    """Return the type that a header without one must mean: `age:int`; None: the colon is its own.

    `age:int:text` says that it is a text called `age:int`.
    """
    key, colon, kind = name.rpartition(":")
    if not (colon and key):
        return None
    said = kind.strip().casefold()
    if found := OTHER_NAMES.get(said):
        return found
    near = difflib.get_close_matches(said, [*Kind], n=1, cutoff=NEAR)
    return Kind(near[0]) if near else None


class Guess:
    """Learns from every row what the columns without a type hold."""

    def __init__(self, names: Sequence[str]) -> None:
        self._keys = [split_header(name) for name in names]
        self._open = {
            place: {Kind.NUMBER, Kind.FLAG}
            for place, (key, kind) in enumerate(self._keys)
            if kind is None and key.casefold() not in ALWAYS_TEXT
        }
        self._seen: set[int] = set()

    def see(self, cells: Sequence[str]) -> None:
        """Learn from one row; what is empty says nothing."""
        for place in list(self._open):
            cell = cells[place].strip()
            if not cell:
                continue
            self._seen.add(place)
            may = self._open[place]
            if Kind.NUMBER in may and not _NUMBER.fullmatch(cell):
                may.discard(Kind.NUMBER)
            if Kind.FLAG in may and cell.lower() not in FLAGS:
                may.discard(Kind.FLAG)
            if not may:
                del self._open[place]

    def columns(self) -> list[Column]:
        """Return what every column holds."""
        found = []
        for place, (key, kind) in enumerate(self._keys):
            may = self._open.get(place, ()) if place in self._seen else ()
            found.append(Column(key, kind or next(iter(may), Kind.TEXT), kind is not None))
        return found


def value(column: Column, cell: str) -> Any | Wrong:
    """Return what a cell that is not empty means in its column, or what is wrong with it."""
    match column.kind:
        case Kind.TEXT:
            return cell
        case Kind.NUMBER:
            text = cell.strip()
            if not _NUMBER.fullmatch(text):
                return Wrong(f"{cell!r:.60} is not a number.", "Write it as -12 or 3.5.")
            return float(text) if "." in text else int(text)
        case Kind.FLAG:
            flag = FLAGS.get(cell.strip().lower())
            wrong = Wrong(f"{cell!r:.60} is no flag.", "Write true or false.")
            return wrong if flag is None else flag
        case Kind.DATE:
            text = dated(cell.strip())
            if iso_moment(text) is None:
                fix = "Write it as 2026-03-29 or 2026-03-29T09:00:00Z."
                return Wrong(f"{cell!r:.60} is not a date.", fix)
            return text
        case Kind.LIST:
            return [part for each in cell.split(LIST_MARK) if (part := each.strip())]
