"""Everything in the wizard as it was entered, and the campaign that it describes."""

import msgspec
from msgspec import Struct, structs

from bot.inputs import Errors
from bot.wizard.bounds import LimitsValues
from bot.wizard.contents import WhatValues
from bot.wizard.reading import Reading
from bot.wizard.schedules import WhenValues, has_own_times, runs_once
from bot.wizard.step import Given, StepName, block_id
from bot.wizard.steps import STEPS
from bot.wizard.triggers import StartValues
from bot.wizard.who import WhoValues
from domain import definition
from domain.campaign import Campaign


class Values(Struct, frozen=True):
    """What was entered, by step.

    `at`: the step that was last shown. `seen`: those that somebody has left, whose problems are to
    be seen. `base`: the hash of the content that is edited; "" for a new campaign.
    """

    start: StartValues = StartValues()
    who: WhoValues = WhoValues()
    what: WhatValues = WhatValues()
    when: WhenValues = WhenValues()
    limits: LimitsValues = LimitsValues()
    at: StepName = StepName.START
    seen: tuple[StepName, ...] = ()
    base: str = ""

    @property
    def live(self) -> bool:
        """Whether it is a live campaign that is being drafted."""
        return self.start.kind == "live"

    @property
    def own_times(self) -> bool:
        """Whether each user has a time of their own."""
        return has_own_times(self.when, live=self.live)

    @property
    def once(self) -> bool:
        """Whether it has one run at most."""
        return runs_once(self.when, live=self.live)

    @property
    def asked(self) -> "Values":
        """Return it without what an earlier answer left where nobody is asked any more."""
        if self.own_times or not self.limits.cap_day:
            return self
        return structs.replace(self, limits=structs.replace(self.limits, cap_day=""))

    def looked_at(self, step: StepName) -> "Values":
        """Return it with the problems of a step to be seen."""
        return structs.replace(self, seen=tuple(dict.fromkeys((*self.seen, step))))

    def unseen(self, step: StepName) -> "Values":
        """Return it with the problems of a step hidden, until somebody leaves it again."""
        return structs.replace(self, seen=tuple(each for each in self.seen if each is not step))

    def moved(self, at: StepName) -> "Values":
        """Return it with another step shown; the one that was shown has been seen."""
        return structs.replace(self.looked_at(self.at), at=at)


class Checked(Struct, frozen=True):
    """The campaign as far as the inputs can be read, and what is wrong, by step."""

    campaign: Campaign
    problems: dict[StepName, Errors] = {}


def filled(values: Values, step: StepName, given: Given) -> Values:
    """Return the values with what stands in the inputs of a step that is shown."""
    if step not in STEPS:
        return values
    part = STEPS[step].read(getattr(values, step.value), given)
    return structs.replace(values, **{step.value: part})


def assemble(values: Values) -> tuple[Campaign, Errors]:
    """Return the campaign as far as the inputs can be read, and what cannot be read."""
    values, reading = values.asked, Reading()
    said: dict[str, object] = {}
    for name, step in STEPS.items():
        said |= step.say(getattr(values, name.value), values.live, reading)
    return msgspec.structs.replace(Campaign("", "past_behaviour"), **said), reading.errors


def checked(values: Values, *, now_ms: int, zone: str) -> Checked:
    """Return the campaign, and all its problems at their inputs, by step."""
    values = values.asked
    campaign, unread = assemble(values)
    errors = dict(unread)
    for problem in definition.problems(campaign, now_ms=now_ms, zone=zone):
        block = _block_of(problem.where, values)
        if block not in unread:  # what could not be read is wrong there already
            said = f"{problem.what} {problem.fix}"
            errors[block] = f"{errors[block]} {said}" if block in errors else said
    by_step: dict[StepName, Errors] = {}
    for block, said in errors.items():
        by_step.setdefault(StepName(block.partition(".")[0]), {})[block] = said
    return Checked(campaign, by_step)


def to_values(campaign: Campaign, *, base: str = "") -> Values:
    """Return the values of a definition: what no input can say is kept, so nothing is lost."""
    parts = {name.value: step.fill(campaign) for name, step in STEPS.items()}
    return Values(**parts, base=base)


def _block_of(where: str, values: Values) -> str:
    places = (step.place(getattr(values, name.value), where) for name, step in STEPS.items())
    return next(filter(None, places), block_id(StepName.START, "name"))
