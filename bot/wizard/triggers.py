"""What the step Start holds, and what a live campaign waits for by it, both ways."""

from typing import Any, Final, Literal, TypeAlias, cast

from msgspec import Struct, structs

from bot import conditions
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard import durations
from bot.wizard.alsos import Also, also_of, say_keyed
from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.campaign import OnDate, Trigger, Without
from domain.trigger import Keyed

OnRepeat: TypeAlias = Literal["restart", "keep"]
ALSO, FIRST, HOLD = "also", "first", "hold"
LISTS: Final = {"also": 9, "not_also": 9, "cancel": 10}
"""The lists of further events, and how many events each may have at most."""
_GRACE = str(Without("", 1).grace_seconds)


class StartValues(Struct, frozen=True):
    """What was entered; `kept_trigger` is a whole trigger that no input can say, as JSON.

    `wait` is at_once, or how it waits: delay, without, date. Lengths are a number and a unit.
    `more` are boxes that are ticked: there are further events
    (`also`), only the `first` time counts, what happens in a pause is held (`hold`). `exact` is
    ticked where more is said of what must not follow than which event, and within how long.
    """

    name: str = ""
    labels: str = ""
    kind: str = "past_behaviour"
    event: str = ""
    where: str = ""
    also: tuple[Also, ...] = ()
    more: tuple[str, ...] = ()
    wait: str = "at_once"
    delay: str = "30"
    delay_unit: str = "minutes"
    not_event: str = ""
    not_where: str = ""
    not_also: tuple[Also, ...] = ()
    within: str = ""
    within_unit: str = ""  # none at first: 30 minutes would be 30 hours by whoever overlooks it
    exact: tuple[str, ...] = ()
    same: str = ""
    same_there: str = ""
    on_repeat: str = "restart"
    grace: str = _GRACE
    date: str = ""
    side: str = "before"
    offset: str = "1"
    offset_unit: str = "days"
    date_same: str = ""
    cancel: tuple[Also, ...] = ()
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
        also=_events(part, "also", reading) if ALSO in part.more else (),
        first_time=FIRST in part.more,
        delay_minutes=_length(part, "delay", reading) or 0 if part.wait == "delay" else 0,
        without=_without(part, reading) if part.wait == "without" else None,
        date=_date(part, reading) if part.wait == "date" else None,
        recheck="yes" in part.recheck or not _asks_recheck(part),
    )


def fill_trigger(part: StartValues, trigger: Trigger) -> StartValues:
    """Return the answers with a trigger; what they cannot say, or not exactly, is kept whole."""
    also, waits = also_of(trigger.also, at_most=LISTS["also"]), _waits(trigger)
    if trigger.without is not None and not trigger.recheck:
        waits["exact"] = ("yes",)
    if also is None or None in waits.values():
        return structs.replace(part, kept_trigger=write_kept(trigger))
    asked = structs.replace(
        part,
        event=trigger.event,
        where=conditions.write_filters(trigger.where),
        also=also,
        more=(
            *part.more,
            *([ALSO] if trigger.also else []),
            *([FIRST] if trigger.first_time else []),
        ),
        recheck=("yes",) if trigger.recheck else (),
        **waits,
    )
    reading = Reading()
    same = say_trigger(asked, reading) == trigger and not reading.errors
    if same and max(len(asked.where), len(asked.not_where)) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_trigger=write_kept(trigger))


def _asks_recheck(part: StartValues) -> bool:
    return part.wait != "at_once" and (part.wait != "without" or bool(part.exact))


def _without(part: StartValues, reading: Reading) -> Without:
    within = _length(part, "within", reading) or 0
    if not part.exact:
        return Without(part.not_event.strip(), within)
    grace = reading.whole(_block("grace"), part.grace, "30")
    return Without(
        event=part.not_event.strip(),
        within_minutes=within,
        where=reading.filters(_block("not_where"), part.not_where),
        also=_events(part, "not_also", reading),
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
        cancel=_events(part, "cancel", reading),
    )


def _waits(trigger: Trigger) -> dict[str, Any]:
    """Return the answers of how a trigger waits; None among them: no input says it."""
    if trigger.without is not None:
        without = trigger.without
        within, unit = write_minutes(without.within_minutes)
        plain = Without(without.event, without.within_minutes)
        return {
            "wait": "without",
            "not_event": without.event,
            "not_where": conditions.write_filters(without.where),
            "not_also": also_of(without.also, at_most=LISTS["not_also"]),
            "within": within,
            "within_unit": unit,
            "same": without.same_property or "",
            "same_there": without.property or "",
            "on_repeat": without.on_repeat,
            "grace": str(without.grace_seconds),
            "exact": () if without == plain else ("yes",),
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
            "cancel": also_of(date.cancel, at_most=LISTS["cancel"]),
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
    elif unit not in durations.UNITS:
        reading.wrong(_block(f"{name}_unit"), "Choose minutes, hours or days.")
    return minutes


def _events(part: StartValues, name: str, reading: Reading) -> tuple[Keyed, ...]:
    return say_keyed(
        getattr(part, name),
        reading,
        lambda no: _block(list_name(name, no)),
        keyed=bool(same_of(part)),
    )


def same_of(part: StartValues) -> str:
    """Return the property that must have the same value, as it was entered; "": none must."""
    return {"without": part.same, "date": part.date_same}.get(part.wait, "").strip()


def list_name(name: str, number: int | None) -> str:
    """Return what the menu of a list of events is called, or the text of one of them."""
    return name if number is None else f"{name}_where_{number}"


def called_name(name: str, number: int) -> str:
    """Return what the text is called that has the name of the same property in one of them."""
    return f"{name}_there_{number}"


def _block(name: str) -> str:
    return block_id(StepName.START, name)
