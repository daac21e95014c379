"""Printing: what every command says to a person, in the width there is, or to a program as JSON."""

import sys
from collections.abc import Iterable, Sequence

import msgspec
from rich.text import Text

from clarion.checks import Finding
from clarion.prose import err, out, safe, tell
from domain.problem import Problem


def print_json(value: object) -> None:
    """Print one value as one JSON object."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def say(text: str, style: str = "") -> None:
    """Print one sentence on standard output."""
    tell(out(), Text(safe(text), style))


def refuse(what: str, fix: str) -> None:
    """Print an expected no on standard error: what is in the way, and what to do."""
    tell(err(), Text(safe(what), "bold"), lead=Text("✗ ", "bold red"))
    if fix:
        tell(err(), Text(safe(fix)), lead="  ")


def print_problems(problems: Sequence[Problem], source: str) -> None:
    """Print everything that is wrong with a file on standard error, each with its line."""
    console = err()
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    tell(console, Text(f"{safe(source)} has {count}:", "bold"), lead=Text("✗ ", "bold red"))
    for problem in problems:
        console.print()
        place = Text(safe(problem.where), "bold")
        if problem.line is not None:
            place = Text.assemble((f"line {problem.line}", "cyan"), "  ", place)
        tell(console, place, lead="  ")
        tell(console, Text(safe(problem.what)), lead="    ")
        tell(console, Text(safe(problem.fix)), lead=Text.assemble("    ", ("→ ", "green")))


def print_notes(notes: Iterable[Problem]) -> None:
    """Print what is allowed but may surprise."""
    for note in notes:
        said = Text.assemble((f"{safe(note.where)}: ", "bold"), safe(f"{note.what} {note.fix}"))
        tell(out(), said, lead=Text("! ", "bold yellow"))


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what was looked at: one line each, and what to do where something is wrong."""
    console = out()
    room = max((len(found.of) for found in findings), default=0)
    for found in findings:
        mark = ("✓", "bold green") if found.ok else ("✗", "bold red")
        tell(
            console,
            Text(safe(found.said)),
            lead=Text.assemble(mark, "  ", (f"{found.of:{room}}", "bold"), "  "),
        )
        if found.fix:
            lead = Text.assemble(" " * (room + 5), ("→ ", "green"))
            tell(console, Text(safe(found.fix)), lead=lead)


def print_definition(text: str) -> None:
    """Print TOML as it is, for a file or a pipe; tabs and lines stay, nothing is wrapped."""
    sys.stdout.write(text)
