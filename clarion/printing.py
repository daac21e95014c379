"""Printing: what every command says to a person, in the width there is, or to a program as JSON."""

import sys
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clarion.checks import Finding
from domain.problem import Problem

OUT = Console(highlight=False, markup=False, emoji=False)
ERR = Console(stderr=True, highlight=False, markup=False, emoji=False)
"""Both ask for their stream at each use, and colour only what a terminal shows."""

_SEEN_AS = "\N{REPLACEMENT CHARACTER}"


def safe(text: object) -> str:
    """Return a text that cannot steer the terminal: what does not print is replaced."""
    return "".join(c if c.isprintable() or c == "\n" else _SEEN_AS for c in str(text))


def print_json(value: object) -> None:
    """Print one value as one JSON object."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def say(text: str, style: str = "") -> None:
    """Print one sentence on standard output."""
    OUT.print(Text(safe(text), style))


def refuse(what: str, fix: str) -> None:
    """Print an expected no on standard error: what is in the way, and what to do."""
    ERR.print(Text.assemble(("✗ ", "bold red"), (safe(what), "bold")))
    if fix:
        ERR.print(Padding(Text(safe(fix)), (0, 0, 0, 2), expand=False))


def print_problems(problems: Sequence[Problem], source: str, *, console: Console = ERR) -> None:
    """Print everything that is wrong with a file, each with its line."""
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    console.print(Text.assemble(("✗ ", "bold red"), (f"{safe(source)} has {count}:", "bold")))
    for problem in problems:
        console.print()
        place = Text(safe(problem.where), "bold")
        if problem.line is not None:
            place = Text.assemble((f"line {problem.line}", "cyan"), "  ", place)
        console.print(Padding(place, (0, 0, 0, 2), expand=False))
        console.print(Padding(Text(safe(problem.what)), (0, 0, 0, 4), expand=False))
        console.print(
            Padding(Text.assemble(("→ ", "green"), safe(problem.fix)), (0, 0, 0, 4), expand=False)
        )


def print_notes(notes: Iterable[Problem]) -> None:
    """Print what is allowed but may surprise."""
    for note in notes:
        text = Text.assemble(("! ", "bold yellow"), (f"{safe(note.where)}: ", "bold"))
        OUT.print(text + Text(safe(f"{note.what} {note.fix}")))


def print_findings(findings: Iterable[Finding]) -> None:
    """Print what was looked at: one line each, and what to do where something is wrong."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for found in findings:
        mark = Text("✓", "bold green") if found.ok else Text("✗", "bold red")
        said = Text(safe(found.said))
        if found.fix:
            said += Text.assemble("\n", ("→ ", "green"), safe(found.fix))
        table.add_row(mark, Text(found.of, "bold"), said)
    OUT.print(table)


def print_definition(text: str) -> None:
    """Print TOML as it is, for a file or a pipe; tabs and lines stay, nothing is wrapped."""
    sys.stdout.write(text)
