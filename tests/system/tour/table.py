"""What the tours cost a person, as a table for the terminal and for the documents."""

from collections.abc import Iterable
from pathlib import Path

from tests.system.effort import Effort

BEGIN, END = "<!-- made by make screenshots: begin -->", "<!-- made by make screenshots: end -->"
_HEAD = (
    "| What | Clicks | Keys | At work, s | Clarion, s | Together, s | Reading besides, s |\n"
    "|---|--:|--:|--:|--:|--:|--:|"
)


def table(laps: Iterable[Effort]) -> str:
    """Return a row for each piece of work, and one for each campaign's life together."""
    lines = [_HEAD]
    for life, parts in _lives(laps).items():
        lines += [_row(f"{life}: {what}", [lap]) for what, lap in parts]
        if len(parts) > 1:
            lines.append(_row(f"**{life}: together**", [lap for _, lap in parts]))
    return "\n".join(lines)


def put(page: Path, made: str) -> None:
    """Put the table where a page has one.

    Raises ValueError if it has no place for it.
    """
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}")


def seconds(lap: Effort) -> float:
    """How long the work takes, the waiting included, without reading."""
    return lap.hands_seconds + lap.machine_seconds


def _lives(laps: Iterable[Effort]) -> dict[str, list[tuple[str, Effort]]]:
    lives: dict[str, list[tuple[str, Effort]]] = {}
    for lap in laps:
        life, _, what = lap.name.partition(": ")
        lives.setdefault(life, []).append((what, lap))
    return lives


def _row(name: str, laps: list[Effort]) -> str:
    numbers = (
        sum(lap.clicks for lap in laps),
        sum(lap.keys for lap in laps),
        sum(lap.hands_seconds for lap in laps),
        sum(lap.machine_seconds for lap in laps),
        sum(seconds(lap) for lap in laps),
        sum(lap.reading_seconds for lap in laps),
    )
    return f"| {name} | {' | '.join(f'{number:.0f}' for number in numbers)} |"
