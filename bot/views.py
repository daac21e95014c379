"""A campaign as a card: the one for its reviewers, and the one that `show` gives to a person."""

import re

from actors.mail import CampaignView
from bot import rehearsal_card, weighing, words
from bot.blocks import (
    SECTION_CHARS_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    divider,
    escaped,
    fields,
    fitting,
    header,
    section,
)
from bot.card_buttons import card_buttons, may_undo
from bot.ids import ActionId
from bot.variants import blank_lines, variant_lines
from domain import waits
from domain.review import UNPUBLISHED, Action, State
from domain.summary import INDENT, summary
from domain.telling_saved import tell_saved
from domain.verifying import UNSEEN

NAME_CHARS_MAX = 400
FULL_WIDTH = frozenset({"Who", "What", "Variants"})
"""The parts of a summary that need a line of their own; the others stand two in a row."""
RUNS_SHOWN_MAX = 5

_TITLES = {
    State.IN_REVIEW: "Campaign to review",
    State.REJECTED: "Changes requested",
    State.APPROVED: "Approved campaign",
}

AUDIENCES_SHOWN_MAX = 5
"""A card has so many blocks and characters at most."""
_INDENT = re.compile(rf"^(?:{INDENT})+", re.MULTILINE)


def review_card(view: CampaignView, zone: str) -> Message:
    """Return the card of the current revision in the review channel, as it stands now."""
    buttons = card_buttons(view, review=True)
    title = "Change to review" if view.amends else _TITLES.get(State(view.state), "Campaign")
    return fitting(lambda chars: _card(view, zone, title, buttons, chars))


def campaign_card(view: CampaignView, zone: str, reader: str = "", awaits: str = "") -> Message:
    """Return the card for one person: the same, with its books and what they may do next."""
    buttons = card_buttons(view, review=False, reader=reader)
    return fitting(lambda chars: _card(view, zone, "Campaign", buttons, chars, awaits, whole=True))


def drafted_card(
    view: CampaignView, zone: str, said: str, reader: str = "", awaits: str = ""
) -> Message:
    """Return what the author sees after saving: what was said, and the card with what is next."""
    card = campaign_card(view, zone, reader, awaits)
    first = section(f":white_check_mark: {clip(said, SECTION_CHARS_MAX)}")
    return Message(f"{escaped(said)} {card.text}", (first, *card.blocks))


def name_of(view: CampaignView) -> str:
    """Return the escaped name, for a sentence."""
    return clip(view.name, NAME_CHARS_MAX)


def _card(
    view: CampaignView,
    zone: str,
    title: str,
    buttons: list[Block],
    chars: int,
    awaits: str = "",
    *,
    whole: bool = False,
) -> Message:
    name = clip(view.name, min(chars, NAME_CHARS_MAX))
    state = words.state_of(view.state)
    blocks = [header(title), section(f"*{name}*   {state}{_decided(view, zone)}")]
    if view.reason:
        blocks.append(section(f"> {clip(words.reason_of(view.reason), chars)}"))
    if awaits:
        blocks.append(section(f":hourglass_flowing_sand: {awaits}"))
    blocks += weighing.amendment(view)
    blocks += weighing.changed(view, zone, chars)
    blocks += _definition(view, zone, chars)
    blocks += _next_runs(view, zone)
    if may_undo(view) and view.published_ms is not None:
        begins = words.second(view.published_ms, zone)
        undo = f"It begins {begins}. Until then *Undo* takes it back, and nobody is messaged."
        blocks.append(section(f":leftwards_arrow_with_hook: {undo}"))
    if view.published_ms is None or (view.kind != "live" and view.estimate is not None):
        blocks.append(section(_reach(view)))
    blocks += rehearsal_card.line(view, zone)
    blocks += weighing.cautions(view.cautions, chars)
    if whole or view.books.qualified or view.waiting:
        blocks += _progress(view, zone)
    if view.unverified and Action.PUBLISH in view.allowed:
        unseen = section(f":warning: {UNSEEN}")
        unseen["accessory"] = button("Send a test event", ActionId.VERIFY, "verify")
        blocks.append(unseen)
    blocks.append(context(words.kind_line(view)))
    if buttons:
        blocks += [divider(), actions(buttons)]
    text = f"{title}: {name} ({words.kind_of(view.kind)}), {words.state_words(view.state)}"
    return Message(text, tuple(blocks))


def _waits(view: CampaignView, zone: str) -> list[Block]:
    """Say what is waited for: by messages that are pending, and by users before they have one."""
    told = [waits.tell(wait, lambda at_ms: words.moment(at_ms, zone)) for wait in view.waits]
    if view.waiting:
        moments = "waits for its moment" if view.waiting == 1 else "wait for their moments"
        said = f"{words.number(view.waiting)} {moments}"
        if view.next_due_ms is not None:
            said += f", the next {words.moment(view.next_due_ms, zone)}"
        told.append(said)
    if not told:
        return []
    lines = "\n".join(f"• {one}." for one in told)
    return [section(f":hourglass_flowing_sand: *What is waited for*\n{lines}")]


def _definition(view: CampaignView, zone: str, chars: int) -> list[Block]:
    """Return who and what below each other, then the short parts in two columns."""
    parts = [
        (label, f"*{label}*\n{clip(_INDENT.sub(_wide, text), chars)}")
        for label, text in summary(view.definition, zone, view.caps, reach=_reached(view))
    ]
    wide = [section(text) for label, text in parts if label in FULL_WIDTH]
    wide += _saved(view, chars)
    return [*wide, fields([text for label, text in parts if label not in FULL_WIDTH])]


def _reached(view: CampaignView) -> int | None:
    return None if view.estimate is None else view.estimate.expected


def _saved(view: CampaignView, chars: int) -> list[Block]:
    """Return what the saved audiences stand for: who approves a name approves that."""
    told = []
    for use in view.audiences[:AUDIENCES_SHOWN_MAX]:
        heading, text = tell_saved(use.name, use.who, version=use.version, latest=use.latest)
        said = clip(_INDENT.sub(_wide, text), chars)
        told.append(section(f"*{clip(heading, chars)}*\n{said}"))
    if (more := len(view.audiences) - AUDIENCES_SHOWN_MAX) > 0:
        rest = section(f"... and {words.count_of(more, 'more saved audience')}.")
        rest["accessory"] = button("Show them all", ActionId.WHOLE_AUDIENCES, view.id)
        told.append(rest)
    return told


def _wide(spaces: re.Match[str]) -> str:
    """Return an indent in spaces that no client makes one of."""
    return "\N{EM SPACE}" * (len(spaces[0]) // len(INDENT))


def _decided(view: CampaignView, zone: str) -> str:
    lines = []
    if view.approved_by:
        when = "" if view.approved_ms is None else f", {words.moment(view.approved_ms, zone)}"
        lines.append(f"Approved by {words.person(view.approved_by)}{when}")
    if view.published_ms is not None:
        lines.append(f"Published {words.moment(view.published_ms, zone)}")
    return "".join(f"\n{line}" for line in lines)


def _next_runs(view: CampaignView, zone: str) -> list[Block]:
    """Return when it runs next: the next few for who decides, else the next one."""
    if not view.next_runs:
        return []
    if view.state in UNPUBLISHED:
        lines = "\n".join(f"• {words.run_moment(run, zone)}" for run in view.next_runs)
        return [section(f"*Next runs*\n{lines}")]
    return [context(f"Next run: {words.run_moment(view.next_runs[0], zone)}")]


def _reach(view: CampaignView) -> str:
    title = "*Estimated reach*"
    if view.kind == "live":
        lately = "*Rehearse* says how many it would have been lately."
        return f"{title}\nKnown only as events happen. {lately}"
    if view.estimate is None:
        return f"{title}\nNot counted yet."
    return f"{title}\n{words.waterfall(view.estimate)}"


def _progress(view: CampaignView, zone: str) -> list[Block]:
    waiting = _waits(view, zone)
    if not view.books.qualified and not view.runs:
        return waiting
    shown = [section(f"*Books*\n{words.books(view.books)}"), *waiting]
    runs = [
        f"Run of {words.run_of(run.run)}: {escaped(run.state)}"
        + (f", due {words.moment(run.due_ms, zone)}" if run.due_ms is not None else "")
        for run in [run for run in view.runs if run.run != "live"][-RUNS_SHOWN_MAX:]
    ]
    for run in view.runs[-1:]:
        runs += variant_lines(run, zone)
    runs += blank_lines(view.blanks)
    if runs:
        shown.append(context("\n".join(runs)))
    return shown
