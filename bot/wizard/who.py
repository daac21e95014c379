"""The step Who: the audience, as conditions that hold all or at least one."""

from typing import Any, cast

from msgspec import Struct, structs

from bot import conditions
from bot.blocks import Block, actions, button, context, section
from bot.conditions import OPERATORS
from bot.ids import ActionId
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.start import WHERE_HINT
from bot.wizard.step import Given, Page, Step, StepName, block_id
from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Comparison,
    Count,
    Did,
    DidNot,
    Node,
    Operator,
    Property,
)
from domain.campaign import Campaign
from domain.place import item, within
from domain.telling import describe_node

ROWS_MAX = 3
NO_VALUE = "Enter what to compare with, such as NO or 50."
REACH_LIVE = "*Estimated reach*: known only as events happen. Nobody can say today who will do it."
_STEP = StepName.WHO
_CONDITIONS = {
    "none": "No condition",
    "property": "A property of the user",
    "did": "Did something",
    "did_not": "Did not do something",
}
_COMPARE: dict[str, str] = {str(op): words for op, words in OPERATORS.items()}
_TIMES = {
    ">=": "at least",
    "=": "exactly",
    "<=": "at most",
    ">": "more than",
    "<": "fewer than",
    "!=": "any number but",
}
_MATCH = {"all": "All of these conditions hold", "any": "At least one of them holds"}


class Row(Struct, frozen=True):
    """One condition; what its kind does not use keeps what was entered."""

    kind: str = "none"
    property: str = ""
    operator: str = "equals"
    operand: str = ""
    event: str = ""
    count_op: str = ">="
    count: str = "1"
    days: str = ""
    where: str = ""


class WhoValues(Struct, frozen=True):
    """What was entered; `kept` is a whole audience that no input can say, as JSON."""

    rows: tuple[Row, ...] = (Row(),) * ROWS_MAX
    match: str = "all"
    kept: str = ""

    @property
    def conditions(self) -> tuple[tuple[int, Row], ...]:
        """The conditions that are set, each with the number of its row."""
        return tuple((i, row) for i, row in enumerate(self.rows) if row.kind != "none")


def row_block(name: str, number: int) -> str:
    """Return the block id of a condition's input; conditions count from 0."""
    return block_id(_STEP, f"{name}_{number}")


def _blocks(part: WhoValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    also = "*And only if the user also fits* (optional)" if page.live else "*Conditions*"
    shown = [section(also)]
    if part.kept:
        shown += kept_blocks(_STEP, "kept", describe_node(read_kept(part.kept, Node)))
    else:
        shown += _conditions(part, ask, live=page.live)
    if page.live:
        return [*shown, section(REACH_LIVE)]
    check = button("Check reach", ActionId.CHECK_REACH, "reach")
    return [
        *shown,
        section(page.reach or "*Estimated reach*: not counted yet."),
        actions([check]),
    ]


def _conditions(part: WhoValues, ask: Asking, *, live: bool) -> list[Block]:
    """Return the conditions that are set, and one more to set."""
    shown: list[Block] = []
    used = max((number + 1 for number, _ in part.conditions), default=0)
    for number, row in enumerate(part.rows[: used + 1]):
        label = f"Condition {number + 1}"
        shown += ask.select(f"kind_{number}", label, _CONDITIONS, row.kind, redraws=True)
        shown += _condition(number, row, ask)
    if used == 0:
        everyone = "everyone who does the event" if live else "every user"
        shown.append(context(f"Without a condition it is for {everyone}."))
    if len(part.conditions) > 1:
        shown += ask.select("match", "A user fits if", _MATCH, part.match)
    return shown


def _condition(number: int, row: Row, ask: Asking) -> list[Block]:
    if row.kind == "none":
        return []
    if row.kind == "property":
        hint = (
            f"Empty for “{OPERATORS['exists']}” and “{OPERATORS['does_not_exist']}”."
            " Several values: a, b, c."
        )
        return [
            *ask.text(
                f"property_{number}",
                "Property",
                row.property,
                placeholder="country",
                optional=False,
            ),
            *ask.select(f"operator_{number}", "Compare", _COMPARE, row.operator),
            *ask.text(f"operand_{number}", "Value", row.operand, placeholder="NO", hint=hint),
        ]
    shown = ask.text(
        f"event_{number}", "Event", row.event, placeholder="Order Completed", optional=False
    )
    if row.kind == "did":
        shown += ask.select(f"count_op_{number}", "How often", _TIMES, row.count_op)
        shown += ask.number(f"count_{number}", "Times", row.count)
    return [
        *shown,
        *ask.text(
            f"days_{number}", "In the last days", row.days, placeholder="30", hint="Empty: ever."
        ),
        *ask.text(
            f"where_{number}",
            "Only events with",
            row.where,
            placeholder="price >= 50",
            hint=WHERE_HINT,
            multiline=True,
        ),
    ]


def _read(part: WhoValues, given: Given) -> WhoValues:
    rows = tuple(_row(row, number, given) for number, row in enumerate(part.rows))
    match = given.get(block_id(_STEP, "match"), part.match)
    return structs.replace(part, rows=rows, match=match if isinstance(match, str) else part.match)


def _row(row: Row, number: int, given: Given) -> Row:
    fresh = {
        name: given[block]
        for name in Row.__struct_fields__
        if isinstance(given.get(block := row_block(name, number)), str)
    }
    return structs.replace(row, **fresh)


def _say(part: WhoValues, _live: bool, reading: Reading) -> dict[str, Any]:
    return {"who": _who(part, reading)}


def _who(part: WhoValues, reading: Reading) -> Node:
    if part.kept:
        kept: Node = read_kept(part.kept, Node)
        return kept
    nodes = tuple(_node(number, row, reading) for number, row in part.conditions)
    return AnyOf(nodes) if part.match == "any" and len(nodes) > 1 else All(nodes)


def _node(number: int, row: Row, reading: Reading) -> Node:
    if row.kind == "property":
        op = cast("Operator", row.operator)
        value = conditions.read_value(op, row.operand)
        if value is None and op not in ("exists", "does_not_exist"):
            reading.wrong(row_block("operand", number), NO_VALUE)
        return Property(row.property.strip(), op, value)
    where = reading.filters(row_block("where", number), row.where)
    days = reading.whole(row_block("days", number), row.days, "30; empty means ever")
    event = row.event.strip()
    if row.kind == "did_not":
        return DidNot(event, where, days)
    times = reading.whole(row_block("count", number), row.count, "2")
    if times is None:
        reading.wrong(row_block("count", number), "How often? Enter a number.")
    count = Count(cast("Comparison", row.count_op), 1 if times is None else times)
    return Did(event, where, count, days)


def _fill(campaign: Campaign) -> WhoValues:
    """Return the audience as rows; what they cannot say, or not exactly, is kept whole."""
    who = campaign.who
    if who == EVERYONE:
        return WhoValues()
    found = [_row_of(node) for node in (who.of if isinstance(who, All | AnyOf) else (who,))]
    rows = [row for row in found if row is not None]
    fits = len(rows) == len(found) <= ROWS_MAX
    if fits and all(len(row.where) <= TEXT_CHARS_MAX for row in rows):
        rows += [Row()] * (ROWS_MAX - len(rows))
        part = WhoValues(tuple(rows), "any" if isinstance(who, AnyOf) else "all")
        reading = Reading()
        if _who(part, reading) == who and not reading.errors:
            return part
    return WhoValues(kept=write_kept(who))


def _row_of(node: Node) -> Row | None:
    match node:
        case Property(name, op, value):
            operand = conditions.write_value(value)
            return Row("property", property=name, operator=op, operand=operand)
        case Did(event, where, count, days):
            return Row(
                "did",
                event=event,
                count_op=count.op,
                count=str(count.value),
                days="" if days is None else str(days),
                where=conditions.write_filters(where),
            )
        case DidNot(event, where, days):
            return Row(
                "did_not",
                event=event,
                days="" if days is None else str(days),
                where=conditions.write_filters(where),
            )
        case _:
            return None


_PLACES = {
    "name": "property",
    "op": "operator",
    "value": "operand",
    "event": "event",
    "where": "where",
    "count": "count",
    "days": "days",
}


def _place(part: WhoValues, where: str) -> str:
    if not within(where, "who"):
        return ""
    for index, (number, _) in enumerate(part.conditions):
        place = item("who.of", index)
        if within(where, place):
            rest = where[len(place) + 1 :]
            name = next((name for key, name in _PLACES.items() if within(rest, key)), "kind")
            return row_block(name, number)
    return row_block("kind", 0)


STEP = Step(_STEP, "Who", _blocks, _read, _say, _fill, _place)
