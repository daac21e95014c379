"""Sheets: properties laid out as the rows of the audience's copy, before they are loaded."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from domain.values import iso_moment, items, number
from store.catalogue import ITEMS, Catalogue, Kind

ItemRow: TypeAlias = tuple[int, str, str | None, float | None, bool | None, int | None, bool]
"""(whose, key, text, number, flag, moment, single); the four are None for an object: it exists,
and is no more. Single: it is no item of a list, but a value for which there was no column."""
ITEM_COLUMNS = (Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.MOMENT)

_Base: TypeAlias = tuple[Any, ...]


class Sheet:
    """Rows of one scope: what every row has, and the slots that its properties fill.

    The columns are known only when every row stands here, so a row keeps its values by column.
    """

    def __init__(self, catalogue: Catalogue, scope: int) -> None:
        self._catalogue = catalogue
        self._scope = scope
        self._rows: list[tuple[_Base, dict[str, Any]]] = []
        self._places: dict[tuple[str, Kind], str] = {}
        self.items: list[ItemRow] = []

    def add(self, base: _Base, whose: int, properties: Mapping[str, Any]) -> None:
        """Lay out one user or event; `whose` is what its items refer to."""
        row: dict[str, Any] = {}
        for key, value in properties.items():
            if isinstance(value, list):
                self._add_items(whose, key, value)
                continue
            for kind, found in _spread(value):
                column = self._places.get((key, kind)) or self._place(key, kind)
                if column == ITEMS.column:
                    self.items.append(_item_row(whose, key, {kind: found}, single=True))
                else:
                    row[column] = found
        self._rows.append((base, row))

    def _place(self, key: str, kind: Kind) -> str:
        """Assign a place to a key's values of a kind, and remember it for the next row."""
        column = self._catalogue.assign(self._scope, key, kind).column
        self._places[key, kind] = column
        return column

    def rows(self) -> tuple[list[str], list[_Base]]:
        """Return the slots' columns, and the rows: each its base, then these columns.

        They are sorted by base, so that rows which are read together lie together.
        """
        columns = self._catalogue.columns(self._scope)
        self._rows.sort(key=_base)
        return columns, [(*base, *map(row.get, columns)) for base, row in self._rows]

    def _add_items(self, whose: int, key: str, values: list[Any]) -> None:
        found = items(values)
        if found:
            self._catalogue.assign(self._scope, key, Kind.ITEMS)
        self.items += [_item_row(whose, key, dict(_spread(item)), single=False) for item in found]


def _base(row: tuple[_Base, dict[str, Any]]) -> _Base:
    return row[0]


def _spread(value: Any) -> tuple[tuple[Kind, Any], ...]:
    """Return the kinds of slots that one value fills: a text that reads as a moment fills two."""
    if value is None:
        return ()
    if isinstance(value, str):
        moment = iso_moment(value)
        text = (Kind.TEXT, value)
        return (text,) if moment is None else (text, (Kind.MOMENT, moment))
    if isinstance(value, bool):
        return ((Kind.FLAG, value),)
    found = number(value)
    return ((Kind.ITEMS, None),) if found is None else ((Kind.NUMBER, found),)


def _item_row(whose: int, key: str, parts: Mapping[Kind, Any], *, single: bool) -> ItemRow:
    text, number_, flag, moment = map(parts.get, ITEM_COLUMNS)
    return whose, key, text, number_, flag, moment, single
