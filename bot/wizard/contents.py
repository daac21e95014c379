"""What the step What holds, and the content and the goal that it means, both ways."""

from msgspec import Struct, structs

from bot import conditions
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.pairs import read_pairs, write_pairs
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.campaign import Campaign, What
from domain.goal import Goal

MORE, GOAL, VARIANTS = "more", "goal", "variants"
"""Topics that are asked about only if somebody wants to."""
INCLUDES = ("email", "identity", "object_id", "push_tokens")
_USUAL = tuple(name for name in INCLUDES if getattr(What(), name))


class Alternative(Struct, frozen=True):
    """One variant: `share` is its percent, or the values of the property that it is for."""

    name: str = ""
    share: str = ""
    pairs: str = ""


class WhatValues(Struct, frozen=True):
    """What was entered; what no input can say is kept as JSON.

    `topics` are those that are asked about besides; `include` are boxes that are ticked. Lists of
    properties are separated by commas. `among` says by what a user gets a variant: split,
    by_property, ab; `alternatives` are the variants, and `other_*` the one for everybody else.
    """

    key_values: str = ""
    event: str = ""
    topics: tuple[str, ...] = ()
    include: tuple[str, ...] = _USUAL
    profile: str = ""
    event_properties: str = ""
    identify: str = ""
    goal: str = ""
    goal_where: str = ""
    window: str = "1"
    window_unit: str = "days"
    revenue: str = ""
    among: str = "split"
    alternatives: tuple[Alternative, ...] = ()
    property: str = ""
    other_name: str = ""
    other_pairs: str = ""
    test_of: str = "percent"
    test: str = "20"
    wait: str = "1"
    wait_unit: str = "days"
    kept: str = ""
    kept_goal: str = ""
    kept_variants: str = ""


def say_what(part: WhatValues, reading: Reading, *, live: bool) -> What:
    """Return the content that was entered; what cannot be read is noted."""
    if part.kept:
        kept: What = read_kept(part.kept, What)
        return kept
    pairs, required = read_pairs(part.key_values, _block("key_values"), reading)
    what = What(event=part.event.strip() or What().event, key_values=pairs, required=required)
    if MORE not in part.topics:
        return what
    return structs.replace(
        what,
        **{name: name in part.include for name in INCLUDES},
        profile=conditions.read_texts(part.profile),
        event_properties=conditions.read_texts(part.event_properties) if live else (),
        identify=conditions.read_texts(part.identify),
    )


def asks_goal(part: WhatValues) -> bool:
    """Tell whether a goal is asked for: because somebody wants one, or because a test needs it."""
    return GOAL in part.topics or (
        VARIANTS in part.topics and part.among == "ab" and not part.kept_variants
    )


def say_goal(part: WhatValues, reading: Reading) -> Goal | None:
    """Return the goal that was entered."""
    if part.kept_goal:
        kept: Goal = read_kept(part.kept_goal, Goal)
        return kept
    if not asks_goal(part):
        return None
    window = read_minutes(reading, _block("window"), part.window, part.window_unit)
    return Goal(
        event=part.goal.strip(),
        where=reading.filters(_block("goal_where"), part.goal_where),
        window_minutes=Goal("").window_minutes if window is None else window,
        revenue=part.revenue.strip(),
    )


def fill_what(campaign: Campaign) -> WhatValues:
    """Return the content as answers; what they cannot say, or not exactly, is kept whole."""
    what = campaign.what
    asked = structs.replace(
        What(), event=what.event, key_values=what.key_values, required=what.required
    )
    part = WhatValues(
        key_values=write_pairs(what.key_values, what.required),
        event="" if what.event == What().event else what.event,
        topics=() if asked == what else (MORE,),
        include=tuple(name for name in INCLUDES if getattr(what, name)),
        profile=conditions.write_texts(what.profile),
        event_properties=conditions.write_texts(what.event_properties),
        identify=conditions.write_texts(what.identify),
    )
    reading = Reading()
    live = campaign.kind == "live"
    same = say_what(part, reading, live=live) == what and not reading.errors
    texts = (part.key_values, part.profile, part.event_properties, part.identify)
    if not same or any(len(text) > TEXT_CHARS_MAX for text in texts):
        part = WhatValues(kept=write_kept(what))
    return part


def fill_goal(part: WhatValues, goal: Goal | None) -> WhatValues:
    """Return the answers with a goal."""
    if goal is None:
        return part
    window, unit = write_minutes(goal.window_minutes)
    asked = structs.replace(
        part,
        topics=(*part.topics, GOAL),
        goal=goal.event,
        goal_where=conditions.write_filters(goal.where),
        window=window,
        window_unit=unit,
        revenue=goal.revenue,
    )
    reading = Reading()
    same = say_goal(asked, reading) == goal and not reading.errors
    if same and len(asked.goal_where) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_goal=write_kept(goal))


def _block(name: str) -> str:
    return block_id(StepName.WHAT, name)
