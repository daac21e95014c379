"""The draft form: one modal that asks who, what, when and how many, and only what matters now."""

from typing import Any

from bot.blocks import Block, actions, button, context, divider, section
from bot.conditions import OPERATORS
from bot.form_state import ROWS_MAX, Row, Values
from bot.ids import ActionId, Field, ViewId, numbered
from bot.inputs import (
    date_input,
    input_block,
    modal,
    number_input,
    radio,
    select,
    text_input,
    time_input,
)
from bot.refs import Memo, write_memo
from domain.campaign import What
from domain.definition import NAME_CHARS_MAX

REACH_LIVE = "*Estimated reach*: known only as events happen. Nobody can say today who will do it."

_KINDS = {
    "past_behaviour": "Users who did something already (past behaviour)",
    "live": "Users at the moment they do something (live)",
}
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
_STARTS = {"now": "As soon as it is published", "at": "At a date and time"}
_RUN_CAPS = {"cap_total": "in total", "cap_per_run": "in its run"}
_LIVE_CAPS = {"cap_total": "in total", "cap_per_day": "a day"}
_QUIET = {
    "none": "None: send at any time",
    "delay": "Wait until it ends, then send",
    "discard": "Do not send at all",
}
_WHERE_HINT = "One a line, all must hold: price >= 50. Text: category is shoes."


def draft_view(values: Values, memo: Memo, *, zone: str, reach: str = "") -> dict[str, Any]:
    """Return the form as it should stand with these values; `reach` is what was counted."""
    live = values.kind == "live"
    name = text_input(values.name, placeholder="Spring sale", chars_max=NAME_CHARS_MAX)
    blocks = [
        input_block(Field.NAME, "Name", name),
        input_block(Field.KIND, "Who gets it?", radio(_KINDS, values.kind)),
        *(_trigger(values) if live else ()),
        *_audience(values, live=live),
        *_content(values, live=live),
        *_schedule(values, zone, live=live),
        *_limits(values, live=live),
        *_quiet(values),
        divider(),
        *_foot(reach, live=live),
    ]
    title = "Edit campaign" if memo.ref else "New campaign"
    return modal(ViewId.DRAFT, title, blocks, submit="Save draft", memo=write_memo(memo))


def shown_blocks(view: dict[str, Any]) -> frozenset[str]:
    """Return the block ids of the inputs that a modal shows now."""
    return frozenset(
        block["block_id"] for block in view.get("blocks", ()) if block["type"] == "input"
    )


def _trigger(values: Values) -> list[Block]:
    event = text_input(values.trigger, placeholder="Order Completed")
    where = text_input(values.trigger_where, placeholder="price >= 50", multiline=True)
    return [
        input_block(Field.TRIGGER, "When a user does this event", event),
        input_block(
            Field.TRIGGER_WHERE,
            "Only if the event has",
            where,
            hint=_WHERE_HINT,
            optional=True,
        ),
    ]


def _audience(values: Values, *, live: bool) -> list[Block]:
    """Return the conditions that are set, and one more to set."""
    also = "*And only if the user also fits* (optional)" if live else "*Conditions*"
    shown = [divider(), section(also)]
    rows = (*values.rows, *(Row() for _ in range(ROWS_MAX)))[:ROWS_MAX]
    used = max((number + 1 for number, _ in values.conditions), default=0)
    for number, row in enumerate(rows[: used + 1]):
        kind = select(_CONDITIONS, row.kind, ActionId.REDRAW)
        shown.append(
            input_block(numbered(Field.CONDITION, number), f"Condition {number + 1}", kind)
        )
        shown += _condition(number, row)
    if used == 0:
        everyone = "everyone who does the event" if live else "every user"
        shown.append(context(f"Without a condition it is for {everyone}."))
    if len(values.conditions) > 1:
        shown.append(
            input_block(Field.MATCH, "A user fits if", select(_MATCH, values.match)),
        )
    return shown


def _condition(number: int, row: Row) -> list[Block]:
    def asked(field: Field, label: str, element: Block, hint: str = "") -> Block:
        optional = field in (Field.DAYS, Field.DONE_WHERE, Field.OPERAND)
        return input_block(numbered(field, number), label, element, hint=hint, optional=optional)

    if row.kind == "property":
        value_hint = (
            f"Empty for “{OPERATORS['exists']}” and “{OPERATORS['does_not_exist']}”."
            " Several values: a, b, c."
        )
        return [
            asked(Field.PROPERTY, "Property", text_input(row.property, placeholder="country")),
            asked(Field.OPERATOR, "Compare", select(_COMPARE, row.operator)),
            asked(Field.OPERAND, "Value", text_input(row.operand, placeholder="NO"), value_hint),
        ]
    if row.kind == "none":
        return []
    days = text_input(row.days, placeholder="30")
    where = text_input(row.where, placeholder="price >= 50", multiline=True)
    shown = [asked(Field.DONE, "Event", text_input(row.event, placeholder="Order Completed"))]
    if row.kind == "did":
        shown += [
            asked(Field.COUNT_OP, "How often", select(_TIMES, row.count_op)),
            asked(Field.COUNT, "Times", number_input(row.count)),
        ]
    return [
        *shown,
        asked(Field.DAYS, "In the last days", days, "Empty: ever."),
        asked(Field.DONE_WHERE, "Only events with", where, _WHERE_HINT),
    ]


def _content(values: Values, *, live: bool) -> list[Block]:
    example = "Event.product" if live else "Profile.plan"
    pairs = text_input(
        values.key_values,
        placeholder=f"coupon = SPRING\nproduct = {{{{ {example} }}}}",
        multiline=True,
    )
    hint = (
        "One pair a line: key = value. Values may use Liquid: {{ Profile.first_name |"
        ' default: "friend" }}. A * after the key: users without a value are skipped.'
    )
    event = text_input(values.event, placeholder=What().event)
    return [
        divider(),
        section("*What is sent*"),
        input_block(Field.KEY_VALUES, "Key-value pairs", pairs, hint=hint, optional=True),
        input_block(
            Field.EVENT,
            "Name of the event at Segment",
            event,
            hint=f"Empty: {What().event}",
            optional=True,
        ),
    ]


def _schedule(values: Values, zone: str, *, live: bool) -> list[Block]:
    label = "When does it begin?" if live else "When is it sent?"
    shown = [
        divider(),
        section("*When*"),
        input_block(Field.START, label, radio(_STARTS, values.start)),
    ]
    if values.start == "at":
        shown += [
            input_block(Field.START_DATE, "Day", date_input(values.start_date)),
            input_block(Field.START_TIME, "Time", time_input(values.start_time)),
        ]
    if live:
        ends = "Empty: until it is stopped."
        shown += [
            input_block(Field.END_DATE, "Ends on", date_input(values.end_date), optional=True),
            input_block(
                Field.END_TIME, "Ends at", time_input(values.end_time), hint=ends, optional=True
            ),
        ]
    if live or values.start == "at":
        place = text_input(values.zone, placeholder=zone)
        hint = f"Such as America/New_York. Empty: {zone}"
        shown.append(input_block(Field.ZONE, "Time zone", place, hint=hint, optional=True))
    return shown


def _limits(values: Values, *, live: bool) -> list[Block]:
    block, choices = (Field.CAP_KIND, _LIVE_CAPS) if live else (Field.RUN_CAP_KIND, _RUN_CAPS)
    cap = number_input(values.cap, placeholder="No cap")
    shown = [
        divider(),
        section("*How many*"),
        input_block(Field.CAP, "At most this many messages", cap, optional=True),
        input_block(block, "Counted", select(choices, values.cap_kind)),
    ]
    if not live:
        safety = number_input(values.safety, placeholder="No safety limit")
        hint = "If more users qualify, nobody is messaged and the alerts channel is asked."
        shown.append(input_block(Field.SAFETY, "Safety limit", safety, hint=hint, optional=True))
    return shown


def _quiet(values: Values) -> list[Block]:
    shown = [
        input_block(Field.QUIET, "Do not disturb", select(_QUIET, values.quiet, ActionId.REDRAW)),
    ]
    if values.quiet != "none":
        shown += [
            input_block(Field.QUIET_FROM, "From", time_input(values.quiet_from or "22:00")),
            input_block(
                Field.QUIET_TO,
                "To",
                time_input(values.quiet_to or "08:00"),
                hint="In each user's own time zone; it may cross midnight.",
            ),
        ]
    return shown


def _foot(reach: str, *, live: bool) -> list[Block]:
    paste = button("Paste a definition", ActionId.PASTE_INSTEAD, "paste")
    if live:
        return [section(reach or REACH_LIVE), actions([paste])]
    check = button("Check reach", ActionId.CHECK_REACH, "reach")
    shown = reach or "*Estimated reach*: not counted yet."
    return [section(shown), actions([check, paste])]
