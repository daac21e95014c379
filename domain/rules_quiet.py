"""The rules of do-not-disturb: windows that can be read, and a week with a moment outside them."""

from collections.abc import Iterator

from domain import dnd
from domain.campaign import DoNotDisturb, QuietWindow
from domain.place import item, member
from domain.problem import Problem
from domain.quiet import table
from domain.rules_text import duplicate_problems
from domain.wall import is_time

ALL_DAY = "All day every day is refused: nobody could ever be messaged."


def quiet_problems(quiet: DoNotDisturb | None, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a do-not-disturb table."""
    if quiet is None:
        return
    places = [where, *(item(f"{where}.also", i) for i in range(len(quiet.also)))]
    found: list[Problem] = []
    if len(places) > dnd.WINDOWS_MAX:
        what = f"There are {len(places)} windows; at most {dnd.WINDOWS_MAX} are possible."
        found.append(Problem(where, what, "Join some of them."))
    for window, place in zip(quiet.windows, places, strict=True):
        found += _window_problems(window, place, first=place == where)
    if not found and dnd.problems(table(quiet)):
        found.append(Problem(where, ALL_DAY, "Leave a part of the week free."))
    yield from found


def _window_problems(window: QuietWindow, where: str, *, first: bool) -> Iterator[Problem]:
    for name, text in (("start", window.start), ("end", window.end)):
        may_be = name == "end" and text == dnd.MIDNIGHT
        if not is_time(text) and not may_be:
            fix = "Write it as HH:MM, 00:00 to 23:59; an end may be 24:00."
            yield Problem(member(where, name), f'"{text}" is no time of day.', fix)
    if window.start == window.end and is_time(window.start):
        if first and not window.days:
            yield Problem(where, ALL_DAY, "Choose two different times.")
        else:
            what = f"It begins and ends at {window.start}: a whole day, or no time at all?"
            yield Problem(where, what, 'For a whole day write start = "00:00", end = "24:00".')
    yield from duplicate_problems(window.days, member(where, "days"))
