"""What the step Start holds, and what a live campaign waits for by it, both ways."""

from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct, structs

from bot import conditions
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.behaviour import Doing
from domain.campaign import OnDate, Trigger, Without

OnRepeat: TypeAlias = Literal["restart", "keep"]
ALSO, FIRST, HOLD = "also", "first", "hold"
_GRACE = str(Without("", 1).grace_seconds)


class StartValues(Struct, frozen=True):
    """What was entered; `kept_trigger` is a whole trigger that no input can say, as JSON.

    `wait` is at_once, or how it waits: delay, without, date. Lengths are a number and a unit.
    `more` are boxes that are ticked: there are further events
    (`also`), only the `first` time counts, what happens in a pause is held (`hold`).
    """

    name: str = ""
    labels: str = ""
    kind: str = "past_behaviour"
    event: str = ""
    where: str = ""
    also: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    wait: str = "at_once"
    delay: str = "30"
    delay_unit: str = "minutes"
    not_event: str = ""
    not_where: str = ""
    not_also: tuple[str, ...] = ()
    within: str = "1"
    within_unit: str = "hours"
    same: str = ""
    same_there: str = ""
    on_repeat: str = "restart"
    grace: str = _GRACE
    date: str = ""
    side: str = "before"
    offset: str = "1"
    offset_unit: str = "days"
    date_same: str = ""
    cancel: tuple[str, ...] = ()
    recheck: tuple[str, ...] = ("yes",)
    kept_trigger: str = ""


def say_trigger(part: StartValues, reading: Reading) -> Trigger:
    """Return the trigger that was entered; what cannot be read is noted."""
    if part.kept_trigger:
        kept: Trigger = read_kept(part.kept_trigger, Trigger)
        return kept
    return Trigger(
        event=part.event.strip(),
        where=reading.filters(_block("where"), part.where),
        also=_events(part.also) if ALSO in part.more else (),
        first_time=FIRST in part.more,
        delay_minutes=_length(part, "delay", reading) or 0 if part.wait == "delay" else 0,
        without=_without(part, reading) if part.wait == "without" else None,
        date=_date(part, reading) if part.wait == "date" else None,
        recheck=part.wait == "at_once" or "yes" in part.recheck,
    )


def fill_trigger(part: StartValues, trigger: Trigger) -> StartValues:
    """Return the answers with a trigger; what they cannot say, or not exactly, is kept whole."""
    asked = structs.replace(
        part,
        event=trigger.event,
        where=conditions.write_filters(trigger.where),
        also=_names(trigger.also),
        more=(
            *part.more,
            *([ALSO] if trigger.also else []),
            *([FIRST] if trigger.first_time else []),
        ),
        recheck=("yes",) if trigger.recheck else (),
        **_waits(trigger),
    )
    reading = Reading()
    same = say_trigger(asked, reading) == trigger and not reading.errors
    if same and max(len(asked.where), len(asked.not_where)) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_trigger=write_kept(trigger))


def _without(part: StartValues, reading: Reading) -> Without:
    grace = reading.whole(_block("grace"), part.grace, "30")
    return Without(
        event=part.not_event.strip(),
        within_minutes=_length(part, "within", reading) or 0,
        where=reading.filters(_block("not_where"), part.not_where),
        also=_events(part.not_also),
        same_property=part.same.strip() or None,
        property=part.same_there.strip() or None,
        on_repeat=cast("OnRepeat", part.on_repeat),
        grace_seconds=int(_GRACE) if grace is None else grace,
    )


def _date(part: StartValues, reading: Reading) -> OnDate:
    minutes = _length(part, "offset", reading) or 0
    return OnDate(
        property=part.date.strip(),
        before_minutes=minutes if part.side == "before" else None,
        after_minutes=minutes if part.side != "before" else None,
        same_property=part.date_same.strip() or None,
        cancel=_events(part.cancel),
    )


def _waits(trigger: Trigger) -> dict[str, Any]:
    """Return the answers of how a trigger waits."""
    if trigger.without is not None:
        without = trigger.without
        within, unit = write_minutes(without.within_minutes)
        return {
            "wait": "without",
            "not_event": without.event,
            "not_where": conditions.write_filters(without.where),
            "not_also": _names(without.also),
            "within": within,
            "within_unit": unit,
            "same": without.same_property or "",
            "same_there": without.property or "",
            "on_repeat": without.on_repeat,
            "grace": str(without.grace_seconds),
        }
    if trigger.date is not None:
        date = trigger.date
        before = date.before_minutes is not None
        offset, unit = write_minutes(date.before_minutes if before else date.after_minutes)
        return {
            "wait": "date",
            "date": date.property,
            "side": "before" if before else "after",
            "offset": offset,
            "offset_unit": unit,
            "date_same": date.same_property or "",
            "cancel": _names(date.cancel),
        }
    if trigger.delay_minutes:
        delay, unit = write_minutes(trigger.delay_minutes)
        return {"wait": "delay", "delay": delay, "delay_unit": unit}
    return {}


def _length(part: StartValues, name: str, reading: Reading) -> int | None:
    text, unit = getattr(part, name), getattr(part, f"{name}_unit")
    minutes = read_minutes(reading, _block(name), text, unit)
    if minutes is None:
        reading.wrong(_block(name), "How long? Enter a number.")
    return minutes


def _events(names: tuple[str, ...]) -> tuple[Doing, ...]:
    return tuple(Doing(name) for name in names)


def _names(doings: tuple[Doing, ...]) -> tuple[str, ...]:
    return tuple(doing.event for doing in doings)


def _block(name: str) -> str:
    return block_id(StepName.START, name)
