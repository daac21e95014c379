"""The windows of do-not-disturb in the step Limits: one to pick, and others one a line.

A line reads `saturday, sunday 00:00-24:00`; without days it is a window of every day. If no times
are picked, the first line is the first window.
"""

import re
from typing import Final, Literal, TypeAlias, cast

from msgspec import structs

from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.bounds import LimitsValues
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.campaign import DoNotDisturb, QuietWindow
from domain.recurrence import WEEKDAYS, Weekday

Mode: TypeAlias = Literal["delay", "discard"]
DAY_ENDS: Final = "24:00"
SHORT_CHARS_MIN: Final = 2
"""So many letters of a weekday are enough."""
_LINE: Final = re.compile(
    r"(?P<days>[^\d]*?)\s*(?P<start>\d\d:\d\d)\s*(?:-|\N{EN DASH}|to|until)\s*(?P<end>\d\d:\d\d)",
    re.IGNORECASE,
)
_FROM, _TO = (block_id(StepName.LIMITS, name) for name in ("quiet_from", "quiet_to"))
_WINDOWS = block_id(StepName.LIMITS, "windows")


def say_quiet(part: LimitsValues, reading: Reading) -> DoNotDisturb | None:
    """Return when nobody is messaged; what cannot be read is noted."""
    if part.kept_quiet:
        kept: DoNotDisturb = read_kept(part.kept_quiet, DoNotDisturb)
        return kept
    if part.quiet == "none":
        return None
    lines = filter(None, (line.strip() for line in part.windows.splitlines()))
    windows = [_window(line, reading) for line in lines]
    if part.quiet_from or part.quiet_to or not windows:
        if not part.quiet_from:
            reading.wrong(_FROM, "Choose the time of day.")
        if not part.quiet_to:
            reading.wrong(_TO, "Choose the time of day.")
        windows.insert(0, QuietWindow(part.quiet_from, part.quiet_to, _ordered(part.quiet_days)))
    first, *others = windows
    mode = cast("Mode", part.quiet)
    return DoNotDisturb(first.start, first.end, mode, first.days, tuple(others))


def fill_quiet(part: LimitsValues, quiet: DoNotDisturb | None) -> LimitsValues:
    """Return the answers with do-not-disturb; what they cannot say is kept whole."""
    if quiet is None:
        return part
    first, *others = quiet.windows
    picked = first.end != DAY_ENDS
    asked = structs.replace(
        part,
        quiet=quiet.mode,
        quiet_from=first.start if picked else "",
        quiet_to=first.end if picked else "",
        quiet_days=first.days if picked else (),
        windows="\n".join(map(_written, others if picked else quiet.windows)),
    )
    reading = Reading()
    same = say_quiet(asked, reading) == quiet and not reading.errors
    if same and len(asked.windows) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_quiet=write_kept(quiet))


def _window(line: str, reading: Reading) -> QuietWindow:
    found = _LINE.fullmatch(line)
    if found is None:
        said = f'"{line[:80]}" is no window. Write it like: saturday, sunday 00:00-24:00'
        reading.wrong(_WINDOWS, said)
        return QuietWindow("", "")
    days = []
    for word in re.split(r"[\s,]+", found["days"].strip().lower()):
        named = [day for day in WEEKDAYS if len(word) >= SHORT_CHARS_MIN and day.startswith(word)]
        if word and len(named) != 1:
            reading.wrong(_WINDOWS, f'"{word[:40]}" is no weekday. Write it like: saturday')
        days += named
    return QuietWindow(found["start"], found["end"], _ordered(days))


def _written(window: QuietWindow) -> str:
    return f"{', '.join(window.days)} {window.start}-{window.end}".strip()


def _ordered(days: tuple[str, ...] | list[str]) -> tuple[Weekday, ...]:
    return tuple(cast("Weekday", day) for day in WEEKDAYS if day in days)
