"""From a campaign to the draft form, if the form can say all of it."""

from bot import conditions
from bot.form_reading import REQUIRED_MARK, assemble
from bot.form_state import ROWS_MAX, Row, Values
from domain.audience import All, AnyOf, Did, DidNot, Node, Property
from domain.campaign import Campaign, What

INPUT_CHARS_MAX = 3_000
"""How much one text input of Slack takes."""


def to_values(campaign: Campaign) -> Values | None:
    """Return the form's values, or None: then only the definition's text says all of it.

    A law: what the form would make of the values is the campaign itself. So nothing that the form
    cannot say is lost by an edit.
    """
    rows = _rows(campaign.who)
    if rows is None or len(rows) > ROWS_MAX:
        return None
    limits, quiet = campaign.limits, campaign.do_not_disturb
    caps = {
        name: value
        for name in ("cap_total", "cap_per_day", "cap_per_run")
        if (value := getattr(limits, name)) is not None
    }
    start_date, start_time = _halves(campaign.when.start)
    end_date, end_time = _halves(campaign.when.end or "")
    trigger = campaign.trigger
    values = Values(
        name=campaign.name,
        kind=campaign.kind,
        trigger=trigger.event if trigger else "",
        trigger_where=conditions.write_filters(trigger.where) if trigger else "",
        rows=(*rows, *(Row() for _ in range(ROWS_MAX - len(rows)))),
        match="any" if isinstance(campaign.who, AnyOf) else "all",
        start="at" if start_date else "now",
        start_date=start_date,
        start_time=start_time,
        end_date=end_date,
        end_time=end_time,
        zone=campaign.when.zone or "",
        event="" if campaign.what.event == What().event else campaign.what.event,
        key_values=_pairs(campaign.what),
        cap_kind=next(iter(caps), "cap_total"),
        cap=str(next(iter(caps.values()), "")),
        safety="" if limits.safety_limit is None else str(limits.safety_limit),
        quiet=quiet.mode if quiet else "none",
        quiet_from=quiet.start if quiet else "",
        quiet_to=quiet.end if quiet else "",
    )
    texts = [values.key_values, values.trigger_where, *(row.where for row in rows)]
    if any(len(text) > INPUT_CHARS_MAX for text in texts):
        return None
    return values if assemble(values) == (campaign, {}) else None


def _rows(who: Node) -> list[Row] | None:
    match who:
        case All(of) | AnyOf(of):
            rows = [_row(node) for node in of]
        case _:
            rows = [_row(who)]
    found = [row for row in rows if row is not None]
    return found if len(found) == len(rows) else None


def _row(node: Node) -> Row | None:
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


def _pairs(what: What) -> str:
    return "\n".join(
        f"{key}{REQUIRED_MARK if key in what.required else ''} = {template}"
        for key, template in what.key_values.items()
    )


def _halves(local: str) -> tuple[str, str]:
    day, _, time = local.partition("T")
    return (day, time) if time else ("", "")
