"""What the step Limits holds, and the limits and the delivery that it means, both ways."""

from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct, structs

from bot import conditions
from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.campaign import Campaign, Delivery, Limits

Over: TypeAlias = Literal["drop", "queue"]
Ambiguous: TypeAlias = Literal["retry", "hold"]
USER, ALL, CONTROL, DELIVERY = "user", "all", "control", "delivery"
"""Topics that are asked about only if somebody wants to; what is not asked is as by default."""
_OF_TOPIC = {
    USER: ("per_user_max", "per_user_minutes"),
    ALL: ("ignore_global", "count_towards_global", "over_global"),
    CONTROL: ("portion_percent", "control_percent", "system_control", "control_groups"),
}


class LimitsValues(Struct, frozen=True):
    """What was entered; what no input can say is kept as JSON.

    `topics` are those that are asked about besides. Boxes are ticked (`yes`) or empty. `windows`
    are do-not-disturb's further windows, one a line; see `windows`. `cap_day` is asked for only
    where users have times of their own.
    """

    cap: str = ""
    cap_each: str = ""
    cap_day: str = ""
    safety: str = ""
    stop_on_block: tuple[str, ...] = ()
    safety_hour: str = ""
    quiet: str = "none"
    quiet_from: str = "22:00"
    quiet_to: str = "08:00"
    quiet_days: tuple[str, ...] = ()
    windows: str = ""
    topics: tuple[str, ...] = ()
    user_max: str = ""
    user_gap: str = ""
    user_gap_unit: str = "hours"
    ignore_global: tuple[str, ...] = ()
    counts: tuple[str, ...] = ("yes",)
    over_global: str = "drop"
    portion: str = "100"
    control: str = ""
    system_control: tuple[str, ...] = ("yes",)
    control_groups: str = ""
    ambiguous: str = "retry"
    expires: str = ""
    expires_unit: str = "hours"
    pace: str = ""
    anonymous: tuple[str, ...] = ()
    kept: str = ""
    kept_quiet: str = ""
    kept_delivery: str = ""


def say_limits(part: LimitsValues, reading: Reading, *, live: bool) -> Limits:
    """Return the limits that were entered; what cannot be read is noted."""
    if part.kept:
        kept: Limits = read_kept(part.kept, Limits)
        return kept
    each = _number(part, "cap_each", reading)
    return Limits(
        cap_total=_number(part, "cap", reading),
        cap_per_day=each if live else _number(part, "cap_day", reading),
        cap_per_run=None if live else each,
        safety_limit=None if live else _number(part, "safety", reading),
        stop_on_block=not live and bool(part.stop_on_block),
        safety_per_hour=_number(part, "safety_hour", reading) if live else None,
        **(_of_a_user(part, reading) if USER in part.topics else {}),
        **(_over_all(part) if ALL in part.topics else {}),
        **(_control(part, reading) if CONTROL in part.topics else {}),
    )


def say_delivery(part: LimitsValues, reading: Reading) -> Delivery:
    """Return how messages are delivered."""
    if part.kept_delivery:
        kept: Delivery = read_kept(part.kept_delivery, Delivery)
        return kept
    if DELIVERY not in part.topics:
        return Delivery()
    return Delivery(
        on_ambiguous=cast("Ambiguous", part.ambiguous),
        expires_minutes=_length(part, "expires", reading),
        messages_per_5_minutes=_number(part, "pace", reading),
        anonymous=bool(part.anonymous),
    )


def fill_limits(campaign: Campaign) -> LimitsValues:
    """Return limits and delivery as answers; limits that they cannot say are kept whole."""
    limits, delivery, live = campaign.limits, campaign.delivery, campaign.kind == "live"
    topics = [
        topic
        for topic, names in _OF_TOPIC.items()
        if any(getattr(limits, name) != getattr(Limits(), name) for name in names)
    ]
    topics += [DELIVERY] if delivery != Delivery() else []
    gap, gap_unit = write_minutes(limits.per_user_minutes)
    expires, expires_unit = write_minutes(delivery.expires_minutes)
    part = LimitsValues(
        cap=_text(limits.cap_total),
        cap_each=_text(limits.cap_per_day if live else limits.cap_per_run),
        cap_day=_text(limits.cap_per_day) if campaign.when.personal is not None else "",
        safety=_text(limits.safety_limit),
        stop_on_block=_box(ticked=limits.stop_on_block),
        safety_hour=_text(limits.safety_per_hour),
        topics=tuple(topics),
        user_max=_text(limits.per_user_max),
        user_gap=gap,
        user_gap_unit=gap_unit,
        ignore_global=_box(ticked=limits.ignore_global),
        counts=_box(ticked=limits.count_towards_global),
        over_global=limits.over_global,
        portion=str(limits.portion_percent),
        control=_text(limits.control_percent or None),
        system_control=_box(ticked=limits.system_control),
        control_groups=conditions.write_texts(limits.control_groups),
        ambiguous=delivery.on_ambiguous,
        expires=expires,
        expires_unit=expires_unit,
        pace=_text(delivery.messages_per_5_minutes),
        anonymous=_box(ticked=delivery.anonymous),
    )
    reading = Reading()
    if say_limits(part, reading, live=live) != limits or reading.errors:
        part = structs.replace(part, kept=write_kept(limits))
    if say_delivery(part, Reading()) != delivery:
        part = structs.replace(part, kept_delivery=write_kept(delivery))
    return part


def _of_a_user(part: LimitsValues, reading: Reading) -> dict[str, Any]:
    return {
        "per_user_max": _number(part, "user_max", reading),
        "per_user_minutes": _length(part, "user_gap", reading),
    }


def _over_all(part: LimitsValues) -> dict[str, Any]:
    return {
        "ignore_global": bool(part.ignore_global),
        "count_towards_global": bool(part.counts),
        "over_global": cast("Over", part.over_global),
    }


def _control(part: LimitsValues, reading: Reading) -> dict[str, Any]:
    portion = _number(part, "portion", reading)
    return {
        "portion_percent": 100 if portion is None else portion,
        "control_percent": _number(part, "control", reading) or 0,
        "system_control": bool(part.system_control),
        "control_groups": conditions.read_texts(part.control_groups),
    }


def _number(part: LimitsValues, name: str, reading: Reading) -> int | None:
    return reading.whole(block_id(StepName.LIMITS, name), getattr(part, name), "1000")


def _length(part: LimitsValues, name: str, reading: Reading) -> int | None:
    text, unit = getattr(part, name), getattr(part, f"{name}_unit")
    return read_minutes(reading, block_id(StepName.LIMITS, name), text, unit)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _box(*, ticked: bool) -> tuple[str, ...]:
    return ("yes",) if ticked else ()
