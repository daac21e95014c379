"""What a card adds for whoever decides: what changed since the last yes, and the cautions."""

from collections.abc import Sequence

from actors.mail import CampaignView
from actors.mail_views import Since
from bot import words
from bot.blocks import SECTION_CHARS_MAX, Block, clip, section

CHANGES_SHOWN_MAX = 12
CAUTIONS_SHOWN_MAX = 10
CAUTION_CHARS_MAX = 300
CHANGE_CHARS_MAX = 600


def amendment(view: CampaignView) -> list[Block]:
    """Return that this is what a campaign that runs is to say, and what it says until then."""
    if not view.amends:
        return []
    until = f"Until somebody approves it, it goes on by revision {view.published}"
    asked, rest = "from its next run on", "A run that has begun ends as it began."
    if view.kind == "live":
        asked, rest = "for who qualifies from then on", "What waits to be sent goes as it is."
    return [section(f":eyes: *It runs, and this is asked for {asked}.* {until}. {rest}")]


def changed(view: CampaignView, zone: str, chars: int) -> list[Block]:
    """Return what differs from what was last approved; nothing where this is the first."""
    since = view.since
    if since is None:
        return []
    heading = f"*Changed since {_which(since, zone)}*"
    if not since.changes:
        return [section(f"{heading}\nNothing: it says the same again.")]
    lines = [
        f"• *{clip(label, 120)}*: {_text(text, min(chars, CHANGE_CHARS_MAX))}"
        for label, text in since.changes[:CHANGES_SHOWN_MAX]
    ]
    hidden = len(since.changes) - CHANGES_SHOWN_MAX
    return [section(_fitted(heading, lines, hidden, "change"))]


def cautions(told: Sequence[str], chars: int = CAUTION_CHARS_MAX) -> list[Block]:
    """Return what is worth a second look, numbered, the gravest first."""
    if not told:
        return []
    lines = [
        f"{number}. {clip(one, min(chars, CAUTION_CHARS_MAX))}"
        for number, one in enumerate(told[:CAUTIONS_SHOWN_MAX], 1)
    ]
    heading = ":warning: *Worth a second look, the gravest first*"
    hidden = len(told) - CAUTIONS_SHOWN_MAX
    return [section(_fitted(heading, lines, hidden, "caution"))]


def _which(since: Since, zone: str) -> str:
    revision = f"revision {since.revision}"
    if not since.by:
        return f"{revision}, the last that was shown"
    at = "" if since.at_ms is None else f", {words.moment(since.at_ms, zone)}"
    return f"{revision}, approved by {words.person(since.by)}{at}"


def _text(text: str, chars: int) -> str:
    """Return a part's differences: one in its line, several each below it."""
    lines = text.splitlines()
    if len(lines) == 1:
        return clip(lines[0], chars)
    return "".join(f"\n\N{EM SPACE}{line}" for line in clip(text, chars).splitlines())


def _fitted(heading: str, lines: list[str], hidden: int, noun: str) -> str:
    """Return as many whole lines as a section takes, and say how many are missing."""
    told = heading
    for place, line in enumerate(lines):
        if len(told) + len(line) + 100 > SECTION_CHARS_MAX:
            hidden += len(lines) - place
            break
        told += f"\n{line}"
    if hidden > 0:
        told += f"\n... and {words.count_of(hidden, f'more {noun}')}."
    return told
