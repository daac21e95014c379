"""From the draft form to a campaign and back; what is wrong stands beneath the input it is in."""

from collections.abc import Collection, Mapping
from typing import Any, cast

import msgspec

from bot import conditions
from bot.form_state import Row, Values
from bot.ids import Field, numbered
from domain import definition
from domain.audience import All, AnyOf, Comparison, Count, Did, DidNot, Node, Operator, Property
from domain.campaign import Campaign, DoNotDisturb, Kind, Limits, Trigger, What, When
from domain.place import item, within
from domain.problem import Problem

ERROR_CHARS_MAX = 1_000
REQUIRED_MARK = "*"
NO_VALUE = "Enter what to compare with, such as NO or 50."
DAYS_HINT = "A whole number of days, such as 30; empty means ever."

Errors = dict[str, str]
"""What is wrong, by the block id of the input."""


def to_campaign(values: Values, *, now_ms: int, zone: str) -> Campaign | Errors:
    """Return the campaign that the form describes, or all its problems at their inputs."""
    campaign, unread = assemble(values)
    errors = dict(unread)
    for problem in definition.problems(campaign, now_ms=now_ms, zone=zone):
        block = _block_of(problem, values)
        if block not in unread:  # what could not be read is wrong there already
            said = f"{problem.what} {problem.fix}"
            errors[block] = f"{errors[block]} {said}" if block in errors else said
    return errors or campaign


def assemble(values: Values) -> tuple[Campaign, Errors]:
    """Return the campaign as far as the inputs can be read, and what cannot be read."""
    reading = _Reading()
    return reading.campaign(values), reading.errors


def placed(errors: Errors, blocks: Collection[str]) -> Errors:
    """Return the errors at inputs that the form shows now; the others come beneath the name."""
    shown: Errors = {}
    for block, said in errors.items():
        place = block if block in blocks else Field.NAME.value
        shown[place] = f"{shown[place]} {said}" if place in shown else said
    return {block: said[:ERROR_CHARS_MAX] for block, said in shown.items()}


class _Reading:
    """Reads the inputs one by one, and notes what cannot be read."""

    def __init__(self) -> None:
        self.errors: Errors = {}

    def campaign(self, values: Values) -> Campaign:
        live = values.kind == "live"
        return Campaign(
            name=values.name.strip(),
            kind=cast("Kind", values.kind),
            trigger=self._trigger(values) if live else None,
            who=self._who(values),
            when=self._when(values),
            what=self._what(values),
            limits=self._limits(values),
            do_not_disturb=self._quiet(values),
        )

    def _trigger(self, values: Values) -> Trigger:
        where = self._filters(Field.TRIGGER_WHERE, values.trigger_where)
        return Trigger(values.trigger.strip(), where)

    def _who(self, values: Values) -> Node:
        nodes = tuple(self._node(number, row) for number, row in values.conditions)
        return AnyOf(nodes) if values.match == "any" and len(nodes) > 1 else All(nodes)

    def _node(self, number: int, row: Row) -> Node:
        if row.kind == "property":
            op = cast("Operator", row.operator)
            value = conditions.read_value(op, row.operand)
            if value is None and op not in ("exists", "does_not_exist"):
                self.errors[numbered(Field.OPERAND, number)] = NO_VALUE
            return Property(row.property.strip(), op, value)
        where = self._filters(numbered(Field.DONE_WHERE, number), row.where)
        days = self._whole(numbered(Field.DAYS, number), row.days, DAYS_HINT)
        event = row.event.strip()
        if row.kind == "did_not":
            return DidNot(event, where, days)
        times = self._whole(numbered(Field.COUNT, number), row.count, "A whole number, such as 2.")
        if times is None:
            self.errors.setdefault(numbered(Field.COUNT, number), "How often? Enter a number.")
        return Did(
            event,
            where,
            Count(cast("Comparison", row.count_op), 1 if times is None else times),
            days,
        )

    def _when(self, values: Values) -> When:
        start = "now"
        if values.start == "at":
            if not values.start_date:
                self.errors[Field.START_DATE] = "Choose the day."
            if not values.start_time:
                self.errors[Field.START_TIME] = "Choose the time of day."
            if values.start_date and values.start_time:
                start = f"{values.start_date}T{values.start_time}"
        end = None
        if values.end_date or values.end_time:
            if not (values.end_date and values.end_time):
                missing = Field.END_TIME if values.end_date else Field.END_DATE
                self.errors[missing] = "An end needs a day and a time; or leave both empty."
            else:
                end = f"{values.end_date}T{values.end_time}"
        return When(start, end, values.zone.strip() or None)

    def _what(self, values: Values) -> What:
        pairs: dict[str, str] = {}
        required, wrong = [], []
        for line in filter(None, (each.strip() for each in values.key_values.splitlines())):
            key, equals, template = line.partition("=")
            key = key.strip()
            if key.endswith(REQUIRED_MARK):
                key = key.removesuffix(REQUIRED_MARK).strip()
                required.append(key)
            if not equals or not key:
                wrong.append(f'"{line[:80]}" is no pair. Write it like: coupon = SPRING')
            elif key in pairs:
                wrong.append(f'"{key[:80]}" stands there twice. Remove one.')
            else:
                pairs[key] = template.strip()
        if wrong:
            self.errors[Field.KEY_VALUES] = " ".join(wrong)
        event = values.event.strip() or What().event
        return What(event=event, key_values=pairs, required=tuple(required))

    def _limits(self, values: Values) -> Limits:
        cap = self._whole(Field.CAP, values.cap, "A whole number, such as 1000.")
        safety = self._whole(Field.SAFETY, values.safety, "A whole number, such as 50000.")
        limits = Limits(safety_limit=safety)
        return msgspec.structs.replace(limits, **{values.cap_kind: cap})

    def _quiet(self, values: Values) -> DoNotDisturb | None:
        if values.quiet == "none":
            return None
        mode = "discard" if values.quiet == "discard" else "delay"
        return DoNotDisturb(values.quiet_from, values.quiet_to, mode)  # type: ignore[arg-type]

    def _filters(self, block: str, text: str) -> tuple[Any, ...]:
        found = conditions.read_filters(text)
        if isinstance(found, str):
            self.errors[block] = found
            return ()
        return found

    def _whole(self, block: str, text: str, hint: str) -> int | None:
        text = text.strip().replace(",", "")
        if not text:
            return None
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 15):
            self.errors[block] = hint
            return None
        return int(text)


_BLOCKS: Mapping[str, Field] = {
    "name": Field.NAME,
    "kind": Field.KIND,
    "trigger": Field.TRIGGER,
    "trigger.where": Field.TRIGGER_WHERE,
    "when.start": Field.START_DATE,
    "when.end": Field.END_DATE,
    "when.zone": Field.ZONE,
    "what.event": Field.EVENT,
    "what": Field.KEY_VALUES,
    "limits": Field.CAP,
    "limits.safety_limit": Field.SAFETY,
    "do_not_disturb": Field.QUIET_FROM,
    "do_not_disturb.end": Field.QUIET_TO,
}
_ROW_BLOCKS: Mapping[str, Field] = {
    "name": Field.PROPERTY,
    "op": Field.OPERATOR,
    "value": Field.OPERAND,
    "event": Field.DONE,
    "where": Field.DONE_WHERE,
    "count": Field.COUNT,
    "days": Field.DAYS,
}


def _block_of(problem: Problem, values: Values) -> str:
    """Return the block id of the input that a problem of the definition is about."""
    for index, (number, _) in enumerate(values.conditions):
        place = item("who.of", index)
        if within(problem.where, place):
            name = problem.where[len(place) + 1 :]
            key = next((key for key in _ROW_BLOCKS if within(name, key)), "")
            return numbered(_ROW_BLOCKS.get(key, Field.CONDITION), number)
    if within(problem.where, "who"):
        return numbered(Field.CONDITION, 0)
    around = [place for place in _BLOCKS if within(problem.where, place)]
    return _BLOCKS[max(around, key=len)].value if around else Field.NAME.value
