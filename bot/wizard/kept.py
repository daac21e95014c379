"""What no input can say: it is kept as it was pasted, shown in words, and can be replaced."""

from collections.abc import Sequence
from typing import Any

import msgspec

from bot.blocks import Block, actions, button, clip, section
from bot.ids import ActionId
from bot.wizard.step import StepName
from domain.campaign import plain
from domain.phrases import INDENT

KEPT_CHARS_MAX = 1_500


def write_kept(value: object) -> str:
    """Return a value of a definition as JSON."""
    return msgspec.json.encode(plain(value)).decode()


def read_kept(text: str, kind: Any) -> Any:
    """Return the value that was kept; msgspec.ValidationError: it is of another kind."""
    return msgspec.json.decode(text, type=kind)


def in_lines(lines: Sequence[str]) -> str:
    """Return lines as a text; Slack drops spaces at the beginning of one, so wider ones indent."""
    told = []
    for line in lines:
        words = line.lstrip(" ")
        told.append("\N{EM SPACE}" * ((len(line) - len(words)) // len(INDENT)) + words)
    return "\n".join(told)


def kept_blocks(step: StepName, name: str, lines: Sequence[str]) -> list[Block]:
    """Show what is kept in the field `name` of a step's values, and offer to ask for it instead."""
    told = clip(in_lines(lines), KEPT_CHARS_MAX)
    replace = button("Replace it by answers here", ActionId.REPLACE, f"{step.value}.{name}")
    return [
        section(f":paperclip: *Kept as pasted*: the form has no questions for it.\n{told}"),
        actions([replace]),
    ]
