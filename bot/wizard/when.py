"""The step When: when it runs, or from when until when a live campaign listens."""

from typing import Any

from msgspec import Struct

from bot.blocks import Block
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Page, Step, StepName, block_id, entered
from domain.campaign import Campaign, When
from domain.place import within
from domain.telling_when import tell_when

_STEP = StepName.WHEN
_STARTS = {"now": "As soon as it is published", "at": "At a date and time"}


class WhenValues(Struct, frozen=True):
    """What was entered; `kept` is all of it as JSON, where no input can say it."""

    start: str = "now"
    start_date: str = ""
    start_time: str = ""
    end_date: str = ""
    end_time: str = ""
    zone: str = ""
    kept: str = ""


def _blocks(part: WhenValues, page: Page) -> list[Block]:
    if part.kept:
        when = read_kept(part.kept, When)
        campaign = Campaign("", "live" if page.live else "past_behaviour", when=when)
        return kept_blocks(_STEP, "kept", [tell_when(campaign, page.zone)])
    ask = Asking(_STEP, page)
    label = "When does it begin?" if page.live else "When is it sent?"
    shown = ask.radio("start", label, _STARTS, part.start)
    if part.start == "at":
        shown += ask.date("start_date", "Day", part.start_date)
        shown += ask.time("start_time", "Time", part.start_time)
    if page.live:
        shown += ask.date("end_date", "Ends on", part.end_date)
        ends = "Empty: until it is stopped."
        shown += ask.time("end_time", "Ends at", part.end_time, hint=ends)
    if page.live or part.start == "at":
        hint = f"Such as America/New_York. Empty: {page.zone}"
        shown += ask.text("zone", "Time zone", part.zone, placeholder=page.zone, hint=hint)
    return shown


def _read(part: WhenValues, given: Given) -> WhenValues:
    return entered(part, _STEP, given)


def _say(part: WhenValues, live: bool, reading: Reading) -> dict[str, Any]:
    return {"when": _when(part, live, reading)}


def _when(part: WhenValues, live: bool, reading: Reading) -> When:
    if part.kept:
        kept: When = read_kept(part.kept, When)
        return kept
    start = "now"
    if part.start == "at":
        start = _moment(part.start_date, part.start_time, "start", reading) or "now"
    end = None
    if live and (part.end_date or part.end_time):
        end = _moment(part.end_date, part.end_time, "end", reading)
    placed = live or part.start == "at"
    return When(start, end, (part.zone.strip() or None) if placed else None)


def _moment(day: str, time: str, which: str, reading: Reading) -> str | None:
    if not day:
        reading.wrong(block_id(_STEP, f"{which}_date"), "Choose the day.")
    if not time:
        reading.wrong(block_id(_STEP, f"{which}_time"), "Choose the time of day.")
    return f"{day}T{time}" if day and time else None


def _fill(campaign: Campaign) -> WhenValues:
    when = campaign.when
    start_date, start_time = _halves(when.start)
    end_date, end_time = _halves(when.end or "")
    part = WhenValues(
        start="at" if start_date else "now",
        start_date=start_date,
        start_time=start_time,
        end_date=end_date,
        end_time=end_time,
        zone=when.zone or "",
    )
    reading = Reading()
    if _when(part, campaign.kind == "live", reading) == when and not reading.errors:
        return part
    return WhenValues(kept=write_kept(when))


def _halves(local: str) -> tuple[str, str]:
    day, _, time = local.partition("T")
    return (day, time) if time else ("", "")


def _place(_part: WhenValues, where: str) -> str:
    if not within(where, "when"):
        return ""
    for place, name in (("when.end", "end_date"), ("when.zone", "zone")):
        if within(where, place):
            return block_id(_STEP, name)
    return block_id(_STEP, "start_date")


STEP = Step(_STEP, "When", _blocks, _read, _say, _fill, _place)
