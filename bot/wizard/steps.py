"""The steps in their order; the review, which asks nothing, comes after them."""

from typing import Final

from bot.wizard import limits, start, what, when, who
from bot.wizard.step import Step, StepName

STEPS: Final[dict[StepName, Step]] = {
    step.name: step for step in (start.STEP, who.STEP, what.STEP, when.STEP, limits.STEP)
}
ORDER: Final = tuple(StepName)
TITLES: Final = {**{name: step.title for name, step in STEPS.items()}, StepName.REVIEW: "Review"}


def after(name: StepName) -> StepName:
    """Return the step that follows; after the review there is none."""
    return ORDER[min(ORDER.index(name) + 1, len(ORDER) - 1)]
