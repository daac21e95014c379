"""What stands in the draft form, as plain values: read from Slack's state, shown again by forms."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from bot.ids import Field, numbered

ROWS_MAX = 3

RowKind: TypeAlias = Literal["none", "property", "did", "did_not"]
State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""`view.state.values`: block id -> action id -> the element's state."""


class Row(Struct, frozen=True):
    """One condition of the audience; what its kind does not use is empty."""

    kind: str = "none"
    property: str = ""
    operator: str = "equals"
    operand: str = ""
    event: str = ""
    count_op: str = ">="
    count: str = "1"
    days: str = ""
    where: str = ""


class Values(Struct, frozen=True):
    """Everything in the draft form, as it was typed."""

    name: str = ""
    kind: str = "past_behaviour"
    trigger: str = ""
    trigger_where: str = ""
    rows: tuple[Row, ...] = ()
    match: str = "all"
    start: str = "now"
    start_date: str = ""
    start_time: str = ""
    end_date: str = ""
    end_time: str = ""
    zone: str = ""
    event: str = ""
    key_values: str = ""
    cap_kind: str = "cap_total"
    cap: str = ""
    safety: str = ""
    quiet: str = "none"
    quiet_from: str = ""
    quiet_to: str = ""

    @property
    def conditions(self) -> tuple[tuple[int, Row], ...]:
        """The conditions that are set, each with the number of its row."""
        return tuple((i, row) for i, row in enumerate(self.rows) if row.kind != "none")


def read_values(state: State) -> Values:
    """Return what was entered. An input that the form does not show now is as by default."""
    given = {block: _plain(next(iter(inputs.values()), {})) for block, inputs in state.items()}
    names = {field.value for field in Field}
    if Field.RUN_CAP_KIND in given:
        given[Field.CAP_KIND] = given[Field.RUN_CAP_KIND]
    simple = {
        name: given[name] for name in Values.__struct_fields__ if name in names and given.get(name)
    }
    return Values(**simple, rows=tuple(_row(given, row) for row in range(ROWS_MAX)))


_ROW_FIELDS = {
    "kind": Field.CONDITION,
    "property": Field.PROPERTY,
    "operator": Field.OPERATOR,
    "operand": Field.OPERAND,
    "event": Field.DONE,
    "count_op": Field.COUNT_OP,
    "count": Field.COUNT,
    "days": Field.DAYS,
    "where": Field.DONE_WHERE,
}


def _row(given: Mapping[str, str], row: int) -> Row:
    entered = {
        name: given[block]
        for name, field in _ROW_FIELDS.items()
        if given.get(block := numbered(field, row))
    }
    if numbered(Field.COUNT, row) in given and "count" not in entered:
        entered["count"] = ""
    return Row(**entered)


def _plain(element: Mapping[str, Any]) -> str:
    """Return what an input holds, as text; nothing is the empty text."""
    for name in ("value", "selected_date", "selected_time"):
        if element.get(name) is not None:
            return str(element[name])
    chosen = element.get("selected_option") or {}
    return str(chosen.get("value", ""))
