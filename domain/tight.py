"""Whether what a user may get again, and how soon, fits the days on which a campaign runs.

A run that is due a day after another is rarely sent a day later to the second: it may begin late,
its messages go one after another, and in spring a day has 23 hours. So "once in 24 hours" leaves
users out of a daily run by chance, and means every second day for them.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, islice

from domain import recurrence
from domain.campaign import Campaign, When
from domain.phrases import duration
from domain.wall import read_local

SLACK_MINUTES = 120
"""So much later than the run after it may the messages of a run go."""
RUNS_MAX = 40
"""So many runs are compared: the longest interval is of 30 days."""


def tight(campaign: Campaign) -> Iterator[str]:
    """Say that an interval between messages is as long as that between runs, and what to do."""
    minutes = campaign.limits.per_user_minutes
    if campaign.kind == "live" or minutes is None:
        return
    for first, later in combinations(islice(_walls(campaign.when), RUNS_MAX), 2):
        apart = int((later - first).total_seconds()) // 60
        if minutes <= apart < minutes + SLACK_MINUTES:
            yield (
                f"It runs again after {duration(apart)}, and a user gets it again after"
                f" {duration(minutes)} at the earliest: who got it a little late is left out of"
                f" that run. {_advice(apart)} if all should get both."
            )
            return


def _advice(apart: int) -> str:
    hours = (apart - SLACK_MINUTES) // 60
    return f"Allow it after {duration(hours * 60)}" if hours > 0 else "Leave the interval out"


def _walls(when: When) -> Iterator[datetime]:
    start = read_local(when.start)
    if when.repeat is not None and start is not None:
        for day in recurrence.days(when.repeat, start.date()):
            yield datetime.combine(day, start.time())
    else:
        yield from sorted({wall for text in when.dates if (wall := read_local(text)) is not None})
