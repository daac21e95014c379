"""The step What: the event that Segment receives, and its key-values."""

from typing import Any

from msgspec import Struct, structs

from bot.blocks import Block
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Page, Step, StepName, block_id, entered
from domain.campaign import Campaign, What
from domain.goal import Goal
from domain.place import within
from domain.summary import tell_goal, tell_what
from domain.telling_variants import tell_variants
from domain.variants import Variants

REQUIRED_MARK = "*"
_STEP = StepName.WHAT
_PAIRS = block_id(_STEP, "key_values")


class WhatValues(Struct, frozen=True):
    """What was entered; what no input can say is kept as JSON."""

    key_values: str = ""
    event: str = ""
    kept: str = ""
    kept_goal: str = ""
    kept_variants: str = ""


def _blocks(part: WhatValues, page: Page) -> list[Block]:
    shown = _content(part, page)
    if part.kept_variants:
        told = tell_variants(read_kept(part.kept_variants, Variants))
        shown += kept_blocks(_STEP, "kept_variants", [f"Variants: {told}"])
    if part.kept_goal:
        told = tell_goal(read_kept(part.kept_goal, Goal))
        shown += kept_blocks(_STEP, "kept_goal", [f"Goal: {told}"])
    return shown


def _content(part: WhatValues, page: Page) -> list[Block]:
    if part.kept:
        return kept_blocks(_STEP, "kept", [tell_what(read_kept(part.kept, What))])
    ask = Asking(_STEP, page)
    example = "Event.product" if page.live else "Profile.plan"
    return [
        *ask.text(
            "key_values",
            "Key-value pairs",
            part.key_values,
            placeholder=f"coupon = SPRING\nproduct = {{{{ {example} }}}}",
            hint="One pair a line: key = value. Values may use Liquid: {{ Profile.first_name |"
            ' default: "friend" }}. A * after the key: users without a value are skipped.',
            multiline=True,
        ),
        *ask.text(
            "event",
            "Name of the event at Segment",
            part.event,
            placeholder=What().event,
            hint=f"Empty: {What().event}",
        ),
    ]


def _read(part: WhatValues, given: Given) -> WhatValues:
    return entered(part, _STEP, given)


def _say(part: WhatValues, _live: bool, reading: Reading) -> dict[str, Any]:
    return {
        "what": _what(part, reading),
        "goal": read_kept(part.kept_goal, Goal) if part.kept_goal else None,
        "variants": read_kept(part.kept_variants, Variants) if part.kept_variants else None,
    }


def _what(part: WhatValues, reading: Reading) -> What:
    if part.kept:
        kept: What = read_kept(part.kept, What)
        return kept
    pairs, required = read_pairs(part.key_values, _PAIRS, reading)
    return What(event=part.event.strip() or What().event, key_values=pairs, required=required)


def read_pairs(text: str, block: str, reading: Reading) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the pairs of a text, one a line, and the keys that must not be empty."""
    pairs: dict[str, str] = {}
    required, wrong = [], []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        key, equals, template = line.partition("=")
        key = key.strip()
        if key.endswith(REQUIRED_MARK):
            key = key.removesuffix(REQUIRED_MARK).strip()
            required.append(key)
        if not equals or not key:
            wrong.append(f'"{line[:80]}" is no pair. Write it like: coupon = SPRING')
        elif key in pairs:
            wrong.append(f'"{key[:80]}" stands there twice. Remove one.')
        else:
            pairs[key] = template.strip()
    if wrong:
        reading.wrong(block, " ".join(wrong))
    return pairs, tuple(required)


def write_pairs(pairs: dict[str, str], required: tuple[str, ...] = ()) -> str:
    """Return pairs as they would be typed, one a line."""
    return "\n".join(
        f"{key}{REQUIRED_MARK if key in required else ''} = {template}"
        for key, template in pairs.items()
    )


def _fill(campaign: Campaign) -> WhatValues:
    what = campaign.what
    part = WhatValues(
        key_values=write_pairs(what.key_values, what.required),
        event="" if what.event == What().event else what.event,
    )
    reading = Reading()
    same = _what(part, reading) == what and not reading.errors
    if not same or len(part.key_values) > TEXT_CHARS_MAX:
        part = WhatValues(kept=write_kept(what))
    return structs.replace(
        part,
        kept_goal=write_kept(campaign.goal) if campaign.goal else "",
        kept_variants=write_kept(campaign.variants) if campaign.variants else "",
    )


def _place(_part: WhatValues, where: str) -> str:
    if within(where, "what.event"):
        return block_id(_STEP, "event")
    return _PAIRS if any(within(where, each) for each in ("what", "goal", "variants")) else ""


STEP = Step(_STEP, "What", _blocks, _read, _say, _fill, _place)
