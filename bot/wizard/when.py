"""The step When: when it runs, or from when until when a live campaign listens."""

from typing import Any

from actors.mail_names import Wanted
from bot.blocks import Block
from bot.wizard.alsos import CHOOSE
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept
from bot.wizard.reading import Reading
from bot.wizard.schedules import WhenValues, day_alone, fill_when, mode_of, personal_of, say_when
from bot.wizard.step import Given, Menu, Page, Step, StepName, block_id, entered, place_among
from domain.campaign import Campaign, When
from domain.recurrence import WEEKDAYS, WEEKS
from domain.telling_when import tell_when

_STEP = StepName.WHEN
_LIVE_STARTS = {"now": "As soon as it is published", "at": "At a date and time"}
_STARTS = {
    **_LIVE_STARTS,
    "dates": "On several dates",
    "repeat": "Again and again (repeating)",
}
_UNITS = {"days": "days", "weeks": "weeks", "months": "months"}
_WEEKDAYS = {name: name.capitalize() for name in WEEKDAYS}
_NTH = {
    f"{week} {day}": f"{week.capitalize()} {day.capitalize()}" for week in WEEKS for day in WEEKDAYS
}
_SHORT = {"skip": "is left out", "last_day": "is the month's last day instead"}
_PERSONAL = {
    "everybody": "At one moment for everybody",
    "user_zone": "When the clock where the user is shows the time",
    "user_property": "At the minute of the day that a property of the user gives",
    "best_time": "When the user did an event most often (best time)",
}
_PAST = {"drop": "get nothing of this run", "next_day": "get it at that time on the next day"}
_UNKNOWN = {"account": "count in the account's zone", "drop": "get nothing"}
_PLACES = {
    "when": "start",
    "when.start": "start_date",
    "when.end": "end_date",
    "when.zone": "zone",
    "when.dates": "dates",
    "when.cutoff": "cutoff",
    "when.repeat": "unit",
    "when.repeat.every": "every",
    "when.repeat.weekdays": "weekdays",
    "when.repeat.days": "days",
    "when.repeat.nth": "nth",
    "when.personal": "personal",
    "when.personal.event": "event",
    "when.personal.property": "property",
    "when.personal.otherwise": "otherwise",
}


def _blocks(part: WhenValues, page: Page) -> list[Block]:
    if part.kept:
        when = read_kept(part.kept, When)
        campaign = Campaign("", "live" if page.live else "past_behaviour", when=when)
        return kept_blocks(_STEP, "kept", [tell_when(campaign, page.zone)])
    ask = Asking(_STEP, page)
    mode = mode_of(part, live=page.live)
    label = "When does it begin?" if page.live else "When is it sent?"
    shown = ask.radio("start", label, _LIVE_STARTS if page.live else _STARTS, mode)
    alone = day_alone(part, live=page.live)
    if mode in ("at", "repeat"):
        first = "First day" if mode == "repeat" else "Day"
        shown += ask.date("start_date", first, part.start_date, optional=False)
        if not alone:
            shown += ask.time("start_time", "Time", part.start_time, optional=False)
    if mode == "dates":
        shown += _dates(part, ask, alone=alone)
    if mode == "repeat":
        shown += _repeat(part, ask)
    if page.live or mode == "repeat":
        ends = "Empty: until it is stopped."
        shown += ask.date("end_date", "Ends on", part.end_date)
        shown += ask.time("end_time", "Ends at", part.end_time, hint=ends)
    if not page.live:
        shown += _of_each_user(part, ask) if mode != "now" else []
        shown += [] if alone else _cutoff(part, ask)
    hint = f"Such as America/New_York. Empty: {page.zone}"
    return [*shown, *ask.text("zone", "Time zone", part.zone, placeholder=page.zone, hint=hint)]


def _dates(part: WhenValues, ask: Asking, *, alone: bool) -> list[Block]:
    example = "2030-03-01\n2030-04-01" if alone else "2030-03-01 09:00\n2030-04-01 18:30"
    hint = "One a line, at most 50."
    return ask.text(
        "dates", "Days" if alone else "Dates", part.dates,
        placeholder=example, hint=hint, multiline=True, optional=False,
    )  # fmt: skip


def _repeat(part: WhenValues, ask: Asking) -> list[Block]:
    shown = ask.number("every", "Every", part.every, placeholder="1", optional=False)
    shown += ask.select("unit", "Counted in", _UNITS, part.unit, redraws=True)
    if part.unit == "weeks":
        return shown + ask.checks("weekdays", "On", _WEEKDAYS, part.weekdays)
    if part.unit == "months":
        shown += ask.text("days", "On these days of the month", part.days, placeholder="1, 15")
        shown += ask.many("nth", "And on these weekdays of the month", _NTH, part.nth)
        shown += ask.select("short_month", "Day 31 in a shorter month", _SHORT, part.short_month)
    return shown


def _of_each_user(part: WhenValues, ask: Asking) -> list[Block]:
    by = personal_of(part, live=False)
    shown = ask.select("personal", "At what time of the day", _PERSONAL, by, redraws=True)
    if by == "everybody":
        return shown
    if by == "user_property":
        hint = "Minutes since the user's midnight, a whole number from 0 to 1439."
        shown += ask.menu(
            "property", "Property", part.property, placeholder=CHOOSE, hint=hint, optional=False
        )
    if by == "best_time":
        hint = "Of the last 180 days the two hours count in which the user did it most often."
        shown += ask.menu(
            "event", "Event", part.event, placeholder=CHOOSE, hint=hint, optional=False
        )
    if by != "user_zone":
        hint = "Empty: right after the day."
        shown += ask.time("otherwise", "Users without one get it at", part.otherwise, hint=hint)
    shown += ask.select("past", "Users whose time has passed", _PAST, part.past)
    return shown + ask.select("unknown_zone", "Users without a zone", _UNKNOWN, part.unknown_zone)


def _cutoff(part: WhenValues, ask: Asking) -> list[Block]:
    hint = "Of a run nothing is begun later than this. Empty: no cut-off."
    return ask.time("cutoff", "Cut-off", part.cutoff, hint=hint)


def _menu(_part: WhenValues, block: str) -> Menu | None:
    kinds: dict[str, Wanted] = {"event": "event", "property": "trait"}
    wanted = kinds.get(block.partition(".")[2])
    return None if wanted is None else Menu(wanted)


def _read(part: WhenValues, given: Given) -> WhenValues:
    return entered(part, _STEP, given)


def _say(part: WhenValues, live: bool, reading: Reading) -> dict[str, Any]:
    return {"when": say_when(part, reading, live=live)}


def _place(part: WhenValues, where: str) -> str:
    if where == "when.repeat" and part.unit == "months":  # no day, or one that never comes
        return block_id(_STEP, "days")
    return place_among(_STEP, _PLACES, where)


STEP = Step(_STEP, "When", _blocks, _read, _say, fill_when, _place, _menu)
