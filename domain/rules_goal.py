"""The rules of a goal: an event that can come, and a window that can be waited for."""

from collections.abc import Iterator

from domain.goal import WINDOW_MINUTES_MAX, WINDOW_MINUTES_MIN, Goal
from domain.problem import Problem
from domain.rules_behaviour import EVENT_CHARS_MAX
from domain.rules_filters import PROPERTY_CHARS_MAX, filter_problems, moving_problems
from domain.rules_text import text_problems


def goal_problems(goal: Goal) -> Iterator[Problem]:
    """Yield what is wrong with a campaign's goal."""
    yield from text_problems(goal.event, "goal.event", EVENT_CHARS_MAX)
    yield from filter_problems(goal.where, "goal.where")
    yield from moving_problems(goal.where, "goal.where", whose="A goal")
    if not WINDOW_MINUTES_MIN <= goal.window_minutes <= WINDOW_MINUTES_MAX:
        what = f"{goal.window_minutes} minutes are not possible."
        fix = f"Choose {WINDOW_MINUTES_MIN} (minutes) to {WINDOW_MINUTES_MAX} (30 days)."
        yield Problem("goal.window_minutes", what, fix)
    if goal.revenue:
        yield from text_problems(goal.revenue, "goal.revenue", PROPERTY_CHARS_MAX)
