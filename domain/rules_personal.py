"""The rules of a time of its own for each user: in a run, on a day, and at times that are some."""

from collections.abc import Iterator
from datetime import datetime, time

from domain.campaign import Campaign, When
from domain.personal import BestTime, UserProperty, UserZone
from domain.problem import Problem
from domain.rules_behaviour import EVENT_CHARS_MAX
from domain.rules_text import text_problems
from domain.variants import AbTest
from domain.wall import NOW, is_time, read_local

PROPERTY_CHARS_MAX = 120
_PLACE = "when.personal"


def personal_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with `personal` and with what it stands beside."""
    when = campaign.when
    if when.personal is None:
        return
    if isinstance(campaign.variants, AbTest):
        what = "The rest of a test goes when its winner is known, not at each user's own time."
        yield Problem(_PLACE, what, "Remove it, or send the variants as a split.")
    if campaign.kind == "live":
        what = "A live campaign answers what a user did, when the user did it."
        yield Problem(_PLACE, what, "Remove it, or make the campaign past_behaviour.")
        return
    if when.start == NOW and not when.dates:
        what = "A time where the user is needs a day, and cannot be now."
        yield Problem("when.start", what, "Such as 2026-03-02T09:00.")
    match when.personal:
        case UserProperty(property=name):
            yield from text_problems(name, f"{_PLACE}.property", PROPERTY_CHARS_MAX)
            yield from _day_problems(when, when.personal)
        case BestTime(event=event):
            yield from text_problems(event, f"{_PLACE}.event", EVENT_CHARS_MAX)
            yield from _day_problems(when, when.personal)
        case UserZone():
            pass


def _day_problems(when: When, personal: UserProperty | BestTime) -> Iterator[Problem]:
    if personal.otherwise is not None and not is_time(personal.otherwise):
        fix = "Write it as HH:MM, 00:00 to 23:59, or leave it out: right after the day."
        what = f'"{personal.otherwise}" is no time of day.'
        yield Problem(f"{_PLACE}.otherwise", what, fix)
    if when.cutoff is not None:
        what = "The day is what bounds it: each user has a time of their own in it."
        yield Problem("when.cutoff", what, "Remove it.")
    for text in (when.start, *when.dates):
        wall = read_local(text)
        if wall is not None and wall.time() != time():
            what = f'"{text}": each user has a time of day of their own.'
            yield Problem(
                "when.start" if text == when.start else "when.dates", what, _midnight(wall)
            )


def _midnight(wall: datetime) -> str:
    return f"Name the day alone: {wall:%Y-%m-%d}T00:00."
