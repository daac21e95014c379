"""A definition in plain English, for cards and the command line: text without any markup."""

from collections.abc import Iterable
from typing import assert_never

from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Operator,
    Property,
    Scalar,
)
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, What
from domain.expiry import expires_minutes
from domain.rules_when import NOW, read_local, zone_of

INDENT = "  "
VALUES_SHOWN_MAX = 10
TEXT_SHOWN_CHARS_MAX = 200

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PHRASES: dict[Operator, str] = {
    "equals": "is {}",
    "not_equals": "is not {}",
    "in": "is one of {}",
    "contains": "contains {}",
    "does_not_contain": "does not contain {}",
    "starts_with": "starts with {}",
    "exists": "is known",
    "does_not_exist": "is not known",
    "<": "under {}",
    "<=": "at most {}",
    ">": "over {}",
    ">=": "at least {}",
    "between": "from {}",
    "before": "before {}",
    "after": "after {}",
}


def summary(campaign: Campaign, zone: str) -> list[tuple[str, str]]:
    """Return (label, text) for each side of a campaign; a text may have several lines.

    `zone` is the account's time zone.
    """
    rows = [
        ("Who", _who(campaign)),
        ("What", _what(campaign.what)),
        ("When", _when(campaign, zone)),
        ("How many", _how_many(campaign.limits)),
        ("Do not disturb", _quiet(campaign.do_not_disturb)),
        ("Control group", _control(campaign.limits.control_percent)),
    ]
    if campaign.delivery != Delivery():
        rows.append(("Delivery", _delivery(campaign)))
    if campaign.labels:
        rows.append(("Labels", ", ".join(campaign.labels)))
    return rows


def describe_node(node: Node) -> list[str]:
    """Return an audience as lines; what belongs to a line stands indented below it."""
    match node:
        case All((only,)) | AnyOf((only,)):
            return describe_node(only)
        case All(of):
            return ["all of these:", *_indented(of)] if of else ["everyone"]
        case AnyOf(of):
            return ["any of these:", *_indented(of)] if of else ["nobody"]
        case Not(of):
            first, *rest = describe_node(of)
            return [f"not: {first}", *rest]
        case _:
            return [_describe_leaf(node)]


def _describe_leaf(node: Property | Did | DidNot) -> str:
    match node:
        case Property(name, op, value):
            return f"{name} {_phrase(op, value)}"
        case Did(event, where, count, days):
            return f"did {_quoted(event)} {_times(count)}{_days(days)}{describe_filters(where)}"
        case DidNot(event, where, days):
            return f"did not do {_quoted(event)}{_days(days)}{describe_filters(where)}"
        case _:
            assert_never(node)


def describe_filters(filters: tuple[Filter, ...]) -> str:
    """Return comparisons as the end of a sentence: `, with price over 50 and currency is "EUR"`."""
    if not filters:
        return ""
    return ", with " + " and ".join(
        f"{each.property} {_phrase(each.op, each.value)}" for each in filters
    )


def _indented(nodes: Iterable[Node]) -> list[str]:
    return [INDENT + line for node in nodes for line in describe_node(node)]


def _phrase(op: Operator, value: Scalar | tuple[Scalar, ...] | None) -> str:
    if isinstance(value, tuple):
        shown = [_scalar(each) for each in value[:VALUES_SHOWN_MAX]]
        if len(value) > VALUES_SHOWN_MAX:
            shown.append(f"{len(value) - VALUES_SHOWN_MAX} more")
        return _PHRASES[op].format((" to " if op == "between" else ", ").join(shown))
    return _PHRASES[op].format("nothing" if value is None else _scalar(value))


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return f'"{_shortened(text)}"'


def _shortened(text: str) -> str:
    cut = TEXT_SHOWN_CHARS_MAX
    return text if len(text) <= cut else f"{text[: cut - 3]}..."


def _times(count: Count) -> str:
    times = {1: "once", 2: "twice"}.get(count.value, f"{count.value} times")
    plain = "once" if count.value == 1 else f"{count.value} times"
    phrase = {
        "<": f"fewer than {count.value} times" if count.value != 1 else "less than once",
        "<=": f"at most {plain}",
        "=": f"exactly {times}",
        "!=": f"a number of times other than {count.value}",
        ">=": f"at least {plain}",
        ">": f"more than {plain}",
    }[count.op]
    return f"{phrase}, or never," if count.include_zero else phrase


def _days(days: int | None) -> str:
    if days is None:
        return ""
    return " in the last day" if days == 1 else f" in the last {days} days"


def _who(campaign: Campaign) -> str:
    if campaign.trigger is None:
        return "Everyone" if campaign.who == EVERYONE else _fitting("Users who fit", campaign.who)
    trigger = campaign.trigger
    first = f"Whoever does {_quoted(trigger.event)}{describe_filters(trigger.where)}"
    if campaign.who == EVERYONE:
        return first
    return _fitting(f"{first}, if the user also fits", campaign.who)


def _fitting(start: str, who: Node) -> str:
    """Return a sentence that ends in an audience: `... fits all of these:` and its lines below."""
    first, *rest = describe_node(who)
    if rest and not first.startswith("not"):
        return "\n".join([f"{start} {first}", *rest])
    return "\n".join([f"{start}:", INDENT + first, *(INDENT + line for line in rest)])


def _what(what: What) -> str:
    sent = [
        name for name, included in (("email", what.email), ("identity", what.identity)) if included
    ]
    lines = [_quoted(what.event) + (f" with {' and '.join(sent)}" if sent else "")]
    for label, keys in (("profile", what.profile), ("event properties", what.event_properties)):
        if keys:
            lines.append(f"{label}: {'all' if keys == ('*',) else ', '.join(keys)}")
    for key, template in what.key_values.items():
        needed = " (required)" if key in what.required else ""
        lines.append(f"{key}{needed}: {' '.join(_shortened(template).split())}")
    return "\n".join(lines)


def _when(campaign: Campaign, zone: str) -> str:
    when = campaign.when
    zone = zone_of(when, zone)
    if campaign.kind == "past_behaviour":
        if when.start == NOW:
            return f"Once, as soon as it is published ({zone})"
        return f"Once, on {_moment(when.start)} ({zone})"
    start = "From publishing on" if when.start == NOW else f"From {_moment(when.start)}"
    end = "until it is stopped" if when.end is None else f"until {_moment(when.end)}"
    paused = "kept and considered afterwards" if campaign.on_pause == "hold" else "dropped"
    return f"{start}, {end} ({zone})\nWhat happens during a pause is {paused}"


def _moment(text: str) -> str:
    wall = read_local(text)
    return text if wall is None else f"{_WEEKDAYS[wall.weekday()]} {wall:%Y-%m-%d} at {wall:%H:%M}"


def _how_many(limits: Limits) -> str:
    caps = [
        f"at most {cap} {per}"
        for cap, per in (
            (limits.cap_total, "in total"),
            (limits.cap_per_day, "a day"),
            (limits.cap_per_run, "a run"),
        )
        if cap is not None
    ]
    lines = [", ".join(caps).capitalize() if caps else "No cap"]
    if limits.safety_limit is not None:
        lines.append(f"Safety limit: it does not start if more than {limits.safety_limit} qualify")
    return "\n".join(lines)


def _quiet(quiet: DoNotDisturb | None) -> str:
    if quiet is None:
        return "None"
    then = "sent afterwards" if quiet.mode == "delay" else "not sent at all"
    return f"{quiet.start} to {quiet.end} where the user is; what falls due then is {then}"


def _control(percent: int) -> str:
    return f"{percent} % of those who qualify get nothing, to compare" if percent else "None"


def _delivery(campaign: Campaign) -> str:
    until = f"Not sent later than {_duration(expires_minutes(campaign))} after it fell due"
    if campaign.delivery.on_ambiguous == "hold":
        return f"{until}\nWhat may or may not have arrived waits for a person"
    return f"{until}\nWhat may or may not have arrived is sent again under the same id"


def _duration(minutes: int) -> str:
    if minutes % 60:
        return f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"{minutes // 60} hours" if minutes > 60 else "an hour"
