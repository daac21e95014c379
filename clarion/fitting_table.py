"""Tables that stay whole where there is little room: no number is cut, and no name is lost.

Where a table does not fit into the terminal its rows are written as lines below each other.
"""

from collections.abc import Sequence
from typing import TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clarion.prose import out, tell

Row: TypeAlias = Sequence[Text | str]
"""A name, and its numbers as they are written."""
NAME_CELLS_MIN = 12
"""So narrow the first column may be; its words wrap."""
GAP_CELLS = 3
BAR_CELLS_MAX = 30
BAR_CELLS_MIN = 4
"""Shorter bars say nothing, and are left out."""


def print_table(headings: Sequence[str], rows: Sequence[Row], *, apart: bool = True) -> None:
    """Print names (the first of each row) with their numbers, as a table if that fits.

    `apart` from what stands above it; a line ends with its last sign.
    """
    console = out()
    if apart:
        console.print()
    if len(headings) > 2 and _cells(headings, rows) > console.width:
        _print_lines(console, headings, rows)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(headings[0], overflow="fold")
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    _write(console, table)


def print_bars(headings: tuple[str, str], rows: Sequence[tuple[str, int]]) -> None:
    """Print names with their numbers, and bars of characters as long as there is room for."""
    console = out()
    console.print()
    name = max(len(headings[0]), *(len(label) for label, _ in rows))
    number = max(len(headings[1]), *(len(f"{n:,}") for _, n in rows))
    room = min(console.width - name - number - 2 * GAP_CELLS, BAR_CELLS_MAX)
    most = max(n for _, n in rows) or 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(headings[0], no_wrap=True)
    table.add_column(headings[1], justify="right", no_wrap=True)
    if room >= BAR_CELLS_MIN:
        table.add_column("", no_wrap=True)
    for label, n in rows:
        bar = ("█" * round(room * n / most),) if room >= BAR_CELLS_MIN else ()
        table.add_row(label, f"{n:,}", *bar)
    _write(console, table)


def _cells(headings: Sequence[str], rows: Sequence[Row]) -> int:
    """Return how wide a table is at least: its numbers whole, its names wrapped."""
    columns = zip(headings, *rows, strict=True)
    widths = [max(len(cell) for cell in column) for column in columns]
    return min(widths[0], NAME_CELLS_MIN) + sum(widths[1:]) + GAP_CELLS * (len(widths) - 1)


def _print_lines(console: Console, headings: Sequence[str], rows: Sequence[Row]) -> None:
    for name, *values in rows:
        head = name if isinstance(name, Text) else Text(name)
        tell(console, Text.assemble((head.plain, "bold")))
        line = ""
        for heading, value in zip(headings[1:], values, strict=True):
            said = f"{heading} {value}"
            if not str(value):
                continue
            if line and len(line) + len(said) + 4 > console.width:  # an indent and a comma
                console.print(f"  {line},")
                line = ""
            line = f"{line}, {said}" if line else said
        console.print(f"  {line}")


def _write(console: Console, table: Table) -> None:
    with console.capture() as held:
        console.print(table)
    for line in held.get().splitlines():
        console.file.write(f"{line.rstrip()}\n")
