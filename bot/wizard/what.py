"""The step What: the event that Segment receives, its key-values, its variants and the goal."""

from typing import Any

from msgspec import structs

from bot.blocks import Block, actions, button, divider
from bot.ids import ActionId
from bot.wizard import durations
from bot.wizard.alsos import CHOOSE, WHERE_HINT
from bot.wizard.alternatives import (
    ROWS_MAX,
    ROWS_MIN,
    fill_variants,
    row_block,
    rows,
    say_variants,
)
from bot.wizard.asking import MORE_HINT, Asking
from bot.wizard.contents import (
    GOAL,
    MORE,
    VARIANTS,
    Alternative,
    WhatValues,
    asks_goal,
    fill_goal,
    fill_what,
    say_goal,
    say_what,
)
from bot.wizard.kept import kept_blocks, read_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Menu, Page, Step, StepName, entered, place_among
from domain.campaign import Campaign, What
from domain.goal import Goal
from domain.place import item, within
from domain.summary import tell_goal, tell_what
from domain.telling_variants import tell_variants
from domain.variants import Variants

_STEP = StepName.WHAT
_TOPICS = {
    MORE: "What else is sent: email, profile, push tokens",
    GOAL: "A goal: what users should do afterwards",
    VARIANTS: "Several contents: A/B test, split, by property",
}
_INCLUDE = {
    "email": "The user's email",
    "identity": "The user's identity",
    "object_id": "The id of the latest device",
    "push_tokens": "The push tokens of the devices",
}
_AMONG = {
    "split": "By fixed shares of the users",
    "ab": "By a test on a few: the best one for the rest (A/B)",
    "by_property": "By a property of the user",
}
_TEST_OF = {"percent": "per cent of a run", "users": "users"}
_PAIRS_HINT = (
    "What the user receives. One pair a line: key = value. Values may use Liquid:"
    ' {{ Profile.first_name | default: "friend" }}.'
    " A * after the key: users without a value are skipped."
    " An indented line goes on with the value above."
)
_OWN_HINT = "Laid over the pairs that all of them share."
_LIST_HINT = "Separated by commas; * is all."
_PLACES = {
    "what": "key_values",
    "what.event": "event",
    "what.profile": "profile",
    "what.event_properties": "event_properties",
    "what.identify": "identify",
    "goal": "goal",
    "goal.where": "goal_where",
    "goal.window_minutes": "window",
    "goal.revenue": "revenue",
    "variants": "among",
    "variants.property": "property",
    "variants.otherwise": "other_name",
    "variants.otherwise.key_values": "other_pairs",
    "variants.test_percent": "test",
    "variants.test_users": "test",
    "variants.wait_minutes": "wait",
}
_ROW_PLACES = {"percent": "share", "values": "share", "key_values": "pairs"}


def _blocks(part: WhatValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    if part.kept:
        shown = kept_blocks(_STEP, "kept", [tell_what(read_kept(part.kept, What))])
    else:
        shown = _content(part, ask, live=page.live)
    topics = {topic: words for topic, words in _TOPICS.items() if not _kept(part, topic)}
    if topics:
        shown += ask.checks(
            "topics", "More questions", topics, part.topics, redraws=True, hint=MORE_HINT
        )
    if MORE in part.topics and MORE in topics:
        shown += _more(part, ask, live=page.live)
    if part.kept_variants:
        told = tell_variants(read_kept(part.kept_variants, Variants))
        shown += kept_blocks(_STEP, "kept_variants", [f"Variants: {told}"])
    elif VARIANTS in part.topics:
        shown += _variants(part, ask)
    if part.kept_goal:
        told = tell_goal(read_kept(part.kept_goal, Goal))
        shown += kept_blocks(_STEP, "kept_goal", [f"Goal: {told}"])
    elif asks_goal(part):
        shown += _goal(part, ask)
    return shown


def _kept(part: WhatValues, topic: str) -> str:
    return {MORE: part.kept, GOAL: part.kept_goal, VARIANTS: part.kept_variants}[topic]


def _content(part: WhatValues, ask: Asking, *, live: bool) -> list[Block]:
    example = "Event.product" if live else "Profile.plan"
    return [
        *_own_pairs(
            ask,
            "key_values",
            "Key-value pairs",
            part.key_values,
            f"coupon = SPRING\nproduct = {{{{ {example} }}}}",
            _PAIRS_HINT,
        ),
        *ask.text(
            "event",
            "Name of the event at Segment",
            part.event,
            placeholder=What().event,
            hint=f"Empty: {What().event}",
        ),
    ]


def _more(part: WhatValues, ask: Asking, *, live: bool) -> list[Block]:
    shown = ask.checks("include", "Include", _INCLUDE, part.include)
    shown += ask.text("profile", "Properties of the profile", part.profile, hint=_LIST_HINT)
    if live:
        shown += ask.text(
            "event_properties", "Properties of the event", part.event_properties, hint=_LIST_HINT
        )
    hint = f"{_LIST_HINT} Empty: no identify call."
    return shown + ask.text("identify", "Traits of an identify call", part.identify, hint=hint)


def _goal(part: WhatValues, ask: Asking) -> list[Block]:
    revenue = "Its numbers are added up. Empty: conversions alone are counted."
    return [
        divider(),
        *ask.menu("goal", "Goal: users do this event", part.goal, placeholder=CHOOSE,
                  optional=False),
        *ask.text("goal_where", "It counts only if it has", part.goal_where, hint=WHERE_HINT,
                  placeholder="revenue > 0", multiline=True),
        *ask.number("window", "Within how long after the message", part.window, optional=False),
        *ask.select("window_unit", "Counted in", durations.CHOICES, part.window_unit),
        *ask.menu("revenue", "Revenue: the property", part.revenue, placeholder=CHOOSE,
                  hint=revenue, optional=True),
    ]  # fmt: skip


def _variants(part: WhatValues, ask: Asking) -> list[Block]:
    shown = [divider()]
    shown += ask.select("among", "Who gets which variant", _AMONG, part.among, redraws=True)
    if part.among == "by_property":
        shown += ask.menu("property", "Property", part.property, placeholder=CHOOSE, optional=False)
    said = (number for number, row in enumerate(part.alternatives) if row != Alternative())
    last = max(said, default=-1) + 1
    count = min(max(last + 1, ROWS_MIN), ROWS_MAX)
    every = (*part.alternatives, *(Alternative() for _ in range(ROWS_MAX)))
    for number in range(count):
        shown += _alternative(number, every[number], part.among, ask)
    if count < ROWS_MAX:
        shown.append(actions([button("Another variant", ActionId.REDRAW, "variant")]))
    if part.among == "by_property":
        shown += ask.text("other_name", "Everybody else gets the variant", part.other_name,
                          placeholder="Others", optional=False)  # fmt: skip
        shown += _own_pairs(ask, "other_pairs", "Its key-value pairs", part.other_pairs)
    if part.among == "ab":
        shown += ask.number("test", "The test is on", part.test, optional=False)
        shown += ask.select("test_of", "Counted in", _TEST_OF, part.test_of)
        shown += ask.number("wait", "The winner is chosen after", part.wait, optional=False)
        shown += ask.select("wait_unit", "Counted in", durations.CHOICES, part.wait_unit)
    return shown


def _alternative(number: int, row: Alternative, among: str, ask: Asking) -> list[Block]:
    letter = chr(ord("A") + number)
    shown = ask.text(
        f"alternative_name_{number}", f"Variant {letter}: its name", row.name, placeholder=letter
    )
    if among == "split":
        shown += ask.number(f"alternative_share_{number}", "Per cent of the users", row.share)
    if among == "by_property":
        hint = "Of the property, separated by commas."
        shown += ask.text(f"alternative_share_{number}", "Values", row.share, hint=hint)
    return shown + _own_pairs(ask, f"alternative_pairs_{number}", "Its key-value pairs", row.pairs)


def _own_pairs(
    ask: Asking,
    name: str,
    label: str,
    text: str,
    placeholder: str = "title = Spring is here",
    hint: str = _OWN_HINT,
) -> list[Block]:
    return ask.text(name, label, text, placeholder=placeholder, hint=hint, multiline=True)


def _menu(part: WhatValues, block: str) -> Menu | None:
    match block.partition(".")[2]:
        case "goal":
            return Menu("event")
        case "revenue":
            return Menu("property", part.goal)
        case "property":
            return Menu("trait")
        case _:
            return None


def _read(part: WhatValues, given: Given) -> WhatValues:
    read = entered(part, _STEP, given)
    every = (*part.alternatives, *(Alternative() for _ in range(ROWS_MAX)))[:ROWS_MAX]
    fresh = [_row(row, number, given) for number, row in enumerate(every)]
    while fresh and fresh[-1] == Alternative():
        fresh.pop()
    return structs.replace(read, alternatives=tuple(fresh))


def _row(row: Alternative, number: int, given: Given) -> Alternative:
    fresh = {
        name: given[block]
        for name in Alternative.__struct_fields__
        if isinstance(given.get(block := row_block(name, number)), str)
    }
    return structs.replace(row, **fresh)


def _say(part: WhatValues, live: bool, reading: Reading) -> dict[str, Any]:
    return {
        "what": say_what(part, reading, live=live),
        "goal": say_goal(part, reading),
        "variants": say_variants(part, reading),
    }


def _fill(campaign: Campaign) -> WhatValues:
    part = fill_goal(fill_what(campaign), campaign.goal)
    return fill_variants(part, campaign.variants)


def _place(part: WhatValues, where: str) -> str:
    for index, (number, _) in enumerate(rows(part)):
        place = item("variants.of", index)
        if within(where, place):
            rest = where[len(place) + 1 :]
            name = next((name for key, name in _ROW_PLACES.items() if within(rest, key)), "name")
            return row_block(name, number)
    return place_among(_STEP, _PLACES, where)


STEP = Step(_STEP, "What", _blocks, _read, _say, _fill, _place, _menu)
