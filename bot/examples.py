"""The example users of a rehearsal: a short line for each, and the whole trail at a click.

They name nobody: who reads along need not know which users they are. So what is kept for the click,
in memory and of the latest rehearsals only, has no user's id in it.
"""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

from msgspec import Struct

from actors.mail_rehearsal import Rehearsed
from actors.mail_trust import Told
from bot import rehearsal_words, words
from bot.blocks import SECTION_CHARS_MAX, Block, button, clip, context, section
from bot.ids import ActionId, ViewId
from bot.inputs import modal
from domain.zones import local_wall

KEPT_MAX = 100
"""Rehearsals whose trails are kept: those of a day, and some megabytes at most."""
LINE_CHARS_MAX = 220
STEP_CHARS_MAX = 600
TRAIL_SECTIONS_MAX = 60
"""Of a modal's 100 blocks and 250 KB."""
_NOTHING_TO_SAY = ("did “", "it goes out", "the wait was over")


class Example(Struct, frozen=True):
    """One user's trail: what came of it in a few words, and each step with its moment."""

    fate: str
    zone: str
    steps: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, told: Told) -> "Example":
        """Read it from what the engine tells, without the name."""
        fate = words.uncoded(told.message.rpartition("”: ")[2].rstrip("."))
        steps = tuple((at, words.uncoded(said)) for at, said in rehearsal_words.steps_of(told))
        return cls(fate, told.zone, steps)


class Examples:
    """Keeps the trails of the latest rehearsals for whoever asked for them. Used from threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, tuple[Example, ...]]] = OrderedDict()
        self._turn = Lock()

    def keep(self, answer: Rehearsed) -> str:
        """Keep the trails of a rehearsal; return by what they are found."""
        key = secrets.token_urlsafe(9)
        with self._turn:
            self._kept[key] = answer.name, tuple(map(Example.of, answer.examples))
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return key

    def find(self, value: str) -> tuple[str, int, Example] | None:
        """Return the campaign's name, the number and the trail that a button is about, if kept."""
        key, _, number = value.rpartition(":")
        with self._turn:
            name, examples = self._kept.get(key, ("", ()))
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(examples):
            return None
        return name, int(number), examples[int(number) - 1]


def rows(told: Sequence[Told], key: str, chars: int) -> list[Block]:
    """Return a line for each user: what came of it, and why; with a button where one is kept."""
    made = []
    for number, one in enumerate(told, 1):
        example = Example.of(one)
        why = clip(_why(example), min(chars, LINE_CHARS_MAX))
        row = section(
            f"*User {number}*: {clip(example.fate, min(chars, 120))}{why and f' · {why}'}"
        )
        if key:
            row["accessory"] = button("Trail", ActionId.TRAIL, f"{key}:{number}")
        made.append(row)
    return made


def _why(example: Example) -> str:
    """Return the step that decided, in its main clause: the last that says more than the fate."""
    for at_ms, said in reversed(example.steps):
        if said.startswith(_NOTHING_TO_SAY):
            continue
        clause = said.partition("): ")[2] or said.removeprefix("qualified, and ")
        at = local_wall(at_ms, example.zone)
        return f"{at:%m-%d %H:%M} {clause.partition(' (')[0].rstrip('.')}"
    return ""


def trail_view(name: str, number: int, example: Example) -> dict[str, Any]:
    """Return the modal with a user's whole trail, or what of it a modal holds: the latest."""
    texts = _packed(example)
    blocks: list[Block] = [
        section(f"*{clip(name, 200)}*, user {number}: {clip(example.fate, 200)}")
    ]
    if len(texts) > TRAIL_SECTIONS_MAX:
        blocks.append(context("Earlier steps are left out."))
    blocks += [section(text) for text in texts[-TRAIL_SECTIONS_MAX:]]
    blocks.append(context(f"Times are in {clip(example.zone, 60)}. Nothing of it was sent."))
    return modal(ViewId.CARD, "What would happen", blocks, close="Close")


def _packed(example: Example) -> list[str]:
    """Return the steps in as few texts as sections hold them."""
    texts: list[str] = []
    for at_ms, said in example.steps:
        at = local_wall(at_ms, example.zone)
        line = f"`{at:%Y-%m-%d %H:%M:%S}` {clip(said, STEP_CHARS_MAX)}"
        if texts and len(texts[-1]) + len(line) < SECTION_CHARS_MAX:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts
