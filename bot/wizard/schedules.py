"""What the step When holds, and the schedule that it means, both ways."""

from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct, structs

from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.campaign import Campaign, When
from domain.personal import BestTime, Personal, UserProperty, UserZone
from domain.recurrence import (
    WEEKDAYS,
    EveryDays,
    EveryMonths,
    EveryWeeks,
    Nth,
    Repeat,
    Weekday,
)

MIDNIGHT = "00:00"
Short: TypeAlias = Literal["skip", "last_day"]
Past: TypeAlias = Literal["drop", "next_day"]
Unknown: TypeAlias = Literal["account", "drop"]


class WhenValues(Struct, frozen=True):
    """What was entered; `start` is one of now, at, dates and repeat; `kept` is JSON, see `kept`.

    `dates` are days with a time, one a line. `days` and `nth` are those of a month. `personal` is
    everybody, or by what each user has a time of their own.
    """

    start: str = "now"
    start_date: str = ""
    start_time: str = ""
    dates: str = ""
    unit: str = "weeks"
    every: str = "1"
    weekdays: tuple[str, ...] = ()
    days: str = ""
    nth: tuple[str, ...] = ()
    short_month: str = "skip"
    end_date: str = ""
    end_time: str = ""
    cutoff: str = ""
    personal: str = "everybody"
    event: str = ""
    property: str = ""
    otherwise: str = ""
    past: str = "drop"
    unknown_zone: str = "account"
    zone: str = ""
    kept: str = ""


def mode_of(part: WhenValues, *, live: bool) -> str:
    """Return which way of starting counts: a live campaign has no dates and does not repeat."""
    return "now" if live and part.start not in ("now", "at") else part.start


def personal_of(part: WhenValues, *, live: bool) -> str:
    """Return by what users have times of their own: only a run that has a day can."""
    return "everybody" if live or part.start == "now" else part.personal


def has_own_times(part: WhenValues, *, live: bool) -> bool:
    """Whether users have times of their own, of whatever kind."""
    if part.kept:
        kept: When = read_kept(part.kept, When)
        return not live and kept.personal is not None
    return personal_of(part, live=live) != "everybody"


def runs_once(part: WhenValues, *, live: bool) -> bool:
    """Whether it has one run at most; of what is kept as pasted nobody can tell here."""
    return not live and not part.kept and part.start in ("now", "at")


def day_alone(part: WhenValues, *, live: bool) -> bool:
    """Whether a run names a day alone, because users themselves have the time."""
    return personal_of(part, live=live) in ("user_property", "best_time")


def say_when(part: WhenValues, reading: Reading, *, live: bool) -> When:
    """Return the schedule that was entered; what cannot be read is noted."""
    if part.kept:
        kept: When = read_kept(part.kept, When)
        return kept
    mode = mode_of(part, live=live)
    alone = day_alone(part, live=live)
    start = "now"
    if mode in ("at", "repeat"):
        time = MIDNIGHT if alone else part.start_time
        start = _moment(part.start_date, time, "start", reading) or "now"
    end = None
    if (live or mode == "repeat") and (part.end_date or part.end_time):
        end = _moment(part.end_date, part.end_time, "end", reading)
    return When(
        start=start,
        end=end,
        zone=part.zone.strip() or None,
        dates=_dates(part.dates, reading, alone=alone) if mode == "dates" else (),
        repeat=_repeat(part, reading) if mode == "repeat" else None,
        cutoff=None if live or alone else part.cutoff or None,
        personal=_personal(part, personal_of(part, live=live)),
    )


def fill_when(campaign: Campaign) -> WhenValues:
    """Return the schedule as answers; what they cannot say, or not exactly, is kept whole."""
    when, live = campaign.when, campaign.kind == "live"
    start_date, start_time = _halves(when.start)
    end_date, end_time = _halves(when.end or "")
    part = WhenValues(
        start="at" if start_date else "now",
        start_date=start_date,
        start_time=start_time,
        dates="\n".join(each.replace("T", " ") for each in when.dates),
        end_date=end_date,
        end_time=end_time,
        cutoff=when.cutoff or "",
        zone=when.zone or "",
    )
    part = structs.replace(part, **_filled_personal(when.personal), **_filled_repeat(when.repeat))
    if when.repeat is not None:
        part = structs.replace(part, start="repeat")
    elif when.dates:
        part = structs.replace(part, start="dates")
    reading = Reading()
    same = say_when(part, reading, live=live) == when and not reading.errors
    if same and len(part.dates) <= TEXT_CHARS_MAX:
        return part
    return WhenValues(kept=write_kept(when))


def _moment(day: str, time: str, which: str, reading: Reading) -> str | None:
    if not day:
        reading.wrong(block_id(StepName.WHEN, f"{which}_date"), "Choose the day.")
    if not time:
        reading.wrong(block_id(StepName.WHEN, f"{which}_time"), "Choose the time of day.")
    return f"{day}T{time}" if day and time else None


def _dates(text: str, reading: Reading, *, alone: bool) -> tuple[str, ...]:
    lines = [line.strip().replace(" ", "T") for line in text.splitlines() if line.strip()]
    if not lines:
        example = "2030-03-01" if alone else "2030-03-01 09:00"
        reading.wrong(block_id(StepName.WHEN, "dates"), f"One a line, such as {example}.")
    return tuple(f"{line}T{MIDNIGHT}" if alone and "T" not in line else line for line in lines)


def _repeat(part: WhenValues, reading: Reading) -> Repeat:
    every = reading.whole(block_id(StepName.WHEN, "every"), part.every, "1")
    every = 1 if every is None else every
    if part.unit == "days":
        return EveryDays(every)
    if part.unit == "weeks":
        chosen = sorted(part.weekdays, key=_weekday_number)
        return EveryWeeks(tuple(cast("Weekday", each) for each in chosen), every)
    block = block_id(StepName.WHEN, "days")
    days = (reading.whole(block, each, "7 or 1, 15") for each in part.days.split(","))
    pairs = (each.partition(" ") for each in part.nth)
    nth = (
        Nth(week, weekday)  # type: ignore[arg-type]  # our choices
        for week, _, weekday in pairs
        if weekday in WEEKDAYS
    )
    short: Short = "last_day" if part.short_month == "last_day" else "skip"
    return EveryMonths(tuple(day for day in days if day is not None), tuple(nth), every, short)


def _weekday_number(name: str) -> int:
    return WEEKDAYS.index(name) if name in WEEKDAYS else len(WEEKDAYS)


def _personal(part: WhenValues, by: str) -> Personal | None:
    past, unknown = cast("Past", part.past), cast("Unknown", part.unknown_zone)
    match by:
        case "user_zone":
            return UserZone(past, unknown)
        case "user_property":
            return UserProperty(part.property.strip(), part.otherwise or None, past, unknown)
        case "best_time":
            return BestTime(part.event.strip(), part.otherwise or None, past, unknown)
        case _:
            return None


def _filled_personal(personal: Personal | None) -> dict[str, Any]:
    if personal is None:
        return {}
    told: dict[str, Any] = {"past": personal.past, "unknown_zone": personal.unknown_zone}
    match personal:
        case UserZone():
            return {"personal": "user_zone", **told}
        case UserProperty(name, otherwise):
            told |= {"personal": "user_property", "property": name, "otherwise": otherwise or ""}
        case BestTime(event, otherwise):
            told |= {"personal": "best_time", "event": event, "otherwise": otherwise or ""}
    return told


def _filled_repeat(repeat: Repeat | None) -> dict[str, Any]:
    match repeat:
        case None:
            return {}
        case EveryDays(every):
            return {"unit": "days", "every": str(every)}
        case EveryWeeks(weekdays, every):
            return {"unit": "weeks", "every": str(every), "weekdays": weekdays}
        case EveryMonths(days, nth, every, short_month):
            return {
                "unit": "months",
                "every": str(every),
                "days": ", ".join(map(str, days)),
                "nth": tuple(f"{each.week} {each.weekday}" for each in nth),
                "short_month": short_month,
            }


def _halves(local: str) -> tuple[str, str]:
    day, _, time = local.partition("T")
    return (day, time) if time else ("", "")
