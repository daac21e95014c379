"""How variants stand and which values were empty, as lines of a card."""

from collections.abc import Mapping

from actors.mail import RunView
from bot import words
from bot.blocks import clip, escaped
from domain import finding
from domain.finding import Finding

VARIANTS_SHOWN_MAX = 10
BLANKS_SHOWN_MAX = 5
BLANK_CHARS_MAX = 120


def variant_lines(run: RunView, zone: str) -> list[str]:
    """Return a line for each variant of a run, and what its test found, or when that is known."""
    lines = []
    for one in run.variants[:VARIANTS_SHOWN_MAX]:
        won = " :trophy: the winner" if one.winner else ""
        counts = ", ".join(
            f"{words.number(n)} {word}"
            for n, word in ((one.sent, "sent"), (one.skipped, "skipped"), (one.pending, "pending"))
            if n
        )
        lines.append(f"Variant *{escaped(one.name)}*{won}: {counts}")
    if (more := len(run.variants) - VARIANTS_SHOWN_MAX) > 0:
        lines.append(f"and {words.count_of(more, 'variant')} more")
    if run.finding is not None:
        lines.append(finding_line(run.finding, zone))
    elif run.test_until_ms is not None:
        lines.append(f"The winner is chosen {words.moment(run.test_until_ms, zone)}")
    return lines


def finding_line(found: Finding, zone: str) -> str:
    """Return what a test found, with its figures, and when it is judged anew, if it is."""
    line = escaped(finding.told(found))
    if found.until_ms is None:
        return line
    return f"{line} {finding.anew(words.moment(found.until_ms, zone))}"


def blank_lines(blanks: Mapping[str, int]) -> list[str]:
    """Return a line about values that were not there in messages that were sent, if any were."""
    if not blanks:
        return []
    shown = list(blanks.items())[:BLANKS_SHOWN_MAX]
    told = ", ".join(
        f"{clip(name, BLANK_CHARS_MAX)} ({words.count_of(n, 'message')})" for name, n in shown
    )
    more = len(blanks) - len(shown)
    return [f"Sent with an empty value: {told}{f' and {more} more' if more else ''}"]
