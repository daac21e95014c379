"""Showing a person how the variants of a run stand, and which values its messages lacked."""

from collections.abc import Mapping

from actors.mail import RunView
from clarion.printing import say
from clarion.prose import safe
from domain.finding import anew, told
from domain.zones import local_wall

BLANKS_SHOWN_MAX = 10


def print_variants(run: RunView, zone: str) -> None:
    """Print a line for each variant, and what a test found, or when that is known."""
    for one in run.variants:
        won = ", the winner" if one.winner else ""
        counts = f"{one.sent:,} sent, {one.skipped:,} skipped, {one.pending:,} pending"
        say(f"  variant {safe(one.name)}{won}: {counts}")
    if run.finding is not None:
        say(f"  {told(run.finding)}{_anew(run.finding.until_ms, zone)}")
    elif run.test_until_ms is not None:
        at = local_wall(run.test_until_ms, zone).strftime("%Y-%m-%d %H:%M")
        say(f"  the winner of the test is chosen at {at}")


def _anew(until_ms: int | None, zone: str) -> str:
    if until_ms is None:
        return ""
    return " " + anew(f"at {local_wall(until_ms, zone):%Y-%m-%d %H:%M}")


def print_blanks(blanks: Mapping[str, int]) -> None:
    """Print which values were empty in messages that were sent, the most frequent first."""
    if not blanks:
        return
    shown = list(blanks.items())[:BLANKS_SHOWN_MAX]
    told = ", ".join(f"{safe(name)} in {n:,}" for name, n in shown)
    more = len(blanks) - len(shown)
    say(f"Empty in messages that were sent: {told}{f', and {more:,} more' if more else ''}")
