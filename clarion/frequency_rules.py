"""The rules of `[frequency]`: what may be allowed to one user, and to all of them together."""

from collections.abc import Iterator

from clarion.config import Frequency
from domain.frequency import (
    DWELL_MINUTES_MAX,
    MESSAGES_MAX,
    ROLLING_MINUTES_MAX,
    ROLLING_MINUTES_MIN,
    RULES_MAX,
    Rolling,
)
from domain.place import item, member
from domain.problem import Problem
from domain.throttle import MESSAGES_MAX as THROTTLE_MAX


def frequency_problems(frequency: Frequency) -> Iterator[Problem]:
    """Yield what is wrong with the limits over all campaigns."""
    where = "frequency.rules"
    if len(frequency.rules) > RULES_MAX:
        what = f"There are {len(frequency.rules)} rules; at most {RULES_MAX} are possible."
        yield Problem(where, what, "Leave some out.")
    for i, rule in enumerate(frequency.rules):
        place = item(where, i)
        yield from _between(member(place, "max"), rule.max, 1, MESSAGES_MAX)
        if isinstance(rule, Rolling):
            least, most = ROLLING_MINUTES_MIN, ROLLING_MINUTES_MAX
            yield from _between(member(place, "minutes"), rule.minutes, least, most)
        if rule in frequency.rules[:i]:
            yield Problem(place, "This rule is there already.", "Remove it.")
    yield from _between("frequency.dwell_minutes", frequency.dwell_minutes, 0, DWELL_MINUTES_MAX)
    most = frequency.messages_per_5_minutes
    yield from _between("frequency.messages_per_5_minutes", most, 0, THROTTLE_MAX)


def _between(where: str, value: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= value <= most:
        yield Problem(where, f"{value:,} is not possible.", f"Choose {least:,} to {most:,}.")
