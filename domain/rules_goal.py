"""The rules of a goal: an event that can come, and a window that can be waited for."""

from collections.abc import Iterator

from domain.campaign import Campaign
from domain.goal import WINDOW_MINUTES_MAX, WINDOW_MINUTES_MIN, Goal
from domain.problem import Problem
from domain.rules_behaviour import EVENT_CHARS_MAX
from domain.rules_filters import PROPERTY_CHARS_MAX, filter_problems, moving_problems
from domain.rules_text import text_problems
from domain.variants import AbTest


def goal_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with a campaign's goal, or with having none."""
    if campaign.goal is not None:
        yield from _own_problems(campaign.goal)
    elif isinstance(campaign.variants, AbTest):
        what = "A test of variants needs a goal: the winner is who reaches it most often."
        yield Problem("goal", what, "Add [goal] with the event that users should do.")


def _own_problems(goal: Goal) -> Iterator[Problem]:
    yield from text_problems(goal.event, "goal.event", EVENT_CHARS_MAX)
    yield from filter_problems(goal.where, "goal.where")
    yield from moving_problems(goal.where, "goal.where", whose="A goal")
    if not WINDOW_MINUTES_MIN <= goal.window_minutes <= WINDOW_MINUTES_MAX:
        what = f"{goal.window_minutes} minutes are not possible."
        fix = f"Choose {WINDOW_MINUTES_MIN} (minutes) to {WINDOW_MINUTES_MAX} (30 days)."
        yield Problem("goal.window_minutes", what, fix)
    if goal.revenue:
        yield from text_problems(goal.revenue, "goal.revenue", PROPERTY_CHARS_MAX)
