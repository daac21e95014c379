"""Prose: sentences in the width that the terminal has now, in which nothing that is copied breaks.

A command in backticks stays on one line, and so does a word, which a path or an id is: what is
longer than the line runs over it, and a terminal that wraps it still copies it whole.
"""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_UNBROKEN = re.compile(r"(?:`[^`\n]+`|\S)+")
_SEEN_AS = "\N{REPLACEMENT CHARACTER}"


def out() -> Console:
    """Return standard output as it is now: its stream, its width, and whether it shows colours."""
    return Console(highlight=False, markup=False, emoji=False)


def err() -> Console:
    """Return standard error, likewise."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def safe(text: object) -> str:
    """Return a text that cannot steer the terminal: what does not print is replaced."""
    return "".join(c if c.isprintable() or c == "\n" else _SEEN_AS for c in str(text))


def tell(console: Console, said: Text, *, lead: Text | str = "") -> None:
    """Print sentences, wrapped between words only; `lead` stands before them, the rest below it."""
    before = lead if isinstance(lead, Text) else Text(lead)
    room = console.width - before.cell_len
    for paragraph in said.split("\n", allow_blank=True):
        for line in paragraph.divide(_breaks(paragraph.plain, room)):
            line.rstrip()
            console.print(before + line, soft_wrap=True)
            before = Text(" " * before.cell_len)


def _breaks(text: str, room: int) -> list[int]:
    """Return where new lines begin, so that each has at most `room` cells or one long word."""
    begins = [0]
    for word in _UNBROKEN.finditer(text):
        begin = begins[-1]
        if word.start() > begin and cell_len(text[begin : word.end()]) > room:
            begins.append(word.start())
    return begins[1:]
