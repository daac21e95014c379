"""A campaign as a card: the one for its reviewers, and the one that `show` gives to a person."""

import re

from actors.mail import CampaignView
from bot import rehearsal_card, words
from bot.blocks import (
    SECTION_CHARS_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    context,
    divider,
    escaped,
    fields,
    fitting,
    header,
    section,
)
from bot.ids import ActionId
from bot.refs import Ref
from bot.variants import blank_lines, variant_lines
from domain import schedule
from domain.review import OVER, PUBLISHED, UNPUBLISHED, Action, State
from domain.summary import INDENT, summary
from domain.telling_saved import tell_saved
from domain.telling_trigger import tell_waiting
from domain.verifying import UNVERIFIED

NOTES_SHOWN_MAX = 6
NOTE_CHARS_MAX = 300
NAME_CHARS_MAX = 400
FULL_WIDTH = frozenset({"Who", "What", "Variants"})
"""The parts of a summary that need a line of their own; the others stand two in a row."""
CONFIRM_NAME_CHARS_MAX = 160
RUNS_SHOWN_MAX = 5

_TITLES = {
    State.IN_REVIEW: "Campaign to review",
    State.REJECTED: "Changes requested",
    State.APPROVED: "Approved campaign",
}

AUDIENCES_SHOWN_MAX = 5
"""A card has so many blocks and characters at most."""
_INDENT = re.compile(rf"^(?:{INDENT})+", re.MULTILINE)

_COUNTED = PUBLISHED | {State.FAULTED, State.STOPPED, State.COMPLETED}
"""The states in which there are books to look at, which move on without the card."""


def review_card(view: CampaignView, zone: str) -> Message:
    """Return the card of the current revision in the review channel, as it stands now."""
    buttons = _buttons(view, review=True)
    title = _TITLES.get(State(view.state), "Campaign")
    return fitting(lambda chars: _card(view, zone, title, buttons, chars))


def superseded_card(view: CampaignView) -> Message:
    """Return what stands in place of the card of an earlier revision: it offers nothing."""
    text = (
        f"*{name_of(view)}* was edited since: revision {view.revision} replaces the one that"
        " stood here, and what was decided about this one does not count for it."
    )
    return Message(text, (section(text), context(words.state_of(view.state))))


def campaign_card(view: CampaignView, zone: str, reader: str = "") -> Message:
    """Return the card for one person: the same, with its books and what they may do next."""
    buttons = _buttons(view, review=False, reader=reader)
    return fitting(lambda chars: _card(view, zone, "Campaign", buttons, chars, whole=True))


def drafted_card(view: CampaignView, zone: str, said: str, reader: str = "") -> Message:
    """Return what the author sees after saving: what was said, and the card with what is next."""
    card = campaign_card(view, zone, reader)
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
    *,
    whole: bool = False,
) -> Message:
    name = clip(view.name, min(chars, NAME_CHARS_MAX))
    state = words.state_of(view.state)
    blocks = [header(title), section(f"*{name}*   {state}{_decided(view, zone)}")]
    if view.reason:
        blocks.append(section(f"> {clip(words.reason_of(view.reason), chars)}"))
    blocks += _definition(view, zone, chars)
    blocks += _next_runs(view, zone)
    if _may_undo(view) and view.published_ms is not None:
        begins = words.second(view.published_ms, zone)
        undo = f"It begins {begins}. Until then *Undo* takes it back, and nobody is messaged."
        blocks.append(section(f":leftwards_arrow_with_hook: {undo}"))
    if view.published_ms is None or (view.kind != "live" and view.estimate is not None):
        blocks.append(section(_reach(view)))
    blocks += rehearsal_card.line(view, zone)
    if view.content:
        notes = [clip(note, min(chars, NOTE_CHARS_MAX)) for note in view.content[:NOTES_SHOWN_MAX]]
        blocks.append(context("\n".join(f":memo: {note}" for note in notes)))
    if whole or view.books.qualified or view.waiting:
        blocks += _progress(view, zone)
    if view.unverified and view.state not in OVER:
        blocks.append(context(f":warning: {UNVERIFIED}"))
    blocks.append(context(words.kind_line(view)))
    if buttons:
        blocks += [divider(), actions(buttons)]
    text = f"{title}: {name} ({words.kind_of(view.kind)}), {words.state_words(view.state)}"
    return Message(text, tuple(blocks))


def _definition(view: CampaignView, zone: str, chars: int) -> list[Block]:
    """Return who and what below each other, then the short parts in two columns."""
    parts = [
        (label, f"*{label}*\n{clip(_INDENT.sub(_wide, text), chars)}")
        for label, text in summary(view.definition, zone)
    ]
    wide = [section(text) for label, text in parts if label in FULL_WIDTH]
    wide += _saved(view, chars)
    return [*wide, fields([text for label, text in parts if label not in FULL_WIDTH])]


def _saved(view: CampaignView, chars: int) -> list[Block]:
    """Return what the saved audiences stand for: who approves a name approves that."""
    told = []
    for use in view.audiences[:AUDIENCES_SHOWN_MAX]:
        heading, text = tell_saved(use.name, use.who, version=use.version, latest=use.latest)
        said = clip(_INDENT.sub(_wide, text), chars)
        told.append(section(f"*{clip(heading, chars)}*\n{said}"))
    if (more := len(view.audiences) - AUDIENCES_SHOWN_MAX) > 0:
        told.append(context(f"... and {more} more saved audiences: `clarion campaign show`."))
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


def _may_undo(view: CampaignView) -> bool:
    """Tell whether it was published to run now and has not begun: it is scheduled only until then.

    Whoever presses later is told that it has begun.
    """
    at_once = view.kind == "past_behaviour" and schedule.is_now(view.definition.when)
    return view.state == State.SCHEDULED and at_once and not view.runs


def _next_runs(view: CampaignView, zone: str) -> list[Block]:
    """Return when it runs next: the next few for who decides, else the next one."""
    if not view.next_runs:
        return []
    if view.state in UNPUBLISHED:
        lines = "\n".join(f"• {words.moment(run.due_ms, zone)}" for run in view.next_runs)
        return [section(f"*Next runs*\n{lines}")]
    return [context(f"Next run: {words.moment(view.next_runs[0].due_ms, zone)}")]


def _reach(view: CampaignView) -> str:
    title = "*Estimated reach*"
    if view.kind == "live":
        return f"{title}\nKnown only as events happen: nobody can say today who will do it."
    if view.estimate is None:
        return f"{title}\nNot counted yet."
    return f"{title}\n{words.waterfall(view.estimate)}"


def _progress(view: CampaignView, zone: str) -> list[Block]:
    waits = [context(tell_waiting(view.waiting, view.next_due_ms, zone))] if view.waiting else []
    if not view.books.qualified and not view.runs:
        return waits
    shown = [section(f"*Books*\n{words.books(view.books)}"), *waits]
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


def _buttons(view: CampaignView, *, review: bool, reader: str = "") -> list[Block]:
    """Return what the state allows people to do; drafting is no business of the review card.

    Who wrote it is not offered what the rule of two people would refuse them.
    """
    value = str(Ref.of(view))
    allowed = set(view.allowed)
    name = clip(view.name, CONFIRM_NAME_CHARS_MAX)
    made = []
    if Action.SUBMIT in allowed and not review:
        made.append(button("Submit for review", ActionId.SUBMIT, value, style="primary"))
    others = reader not in {view.author, *view.editors}
    if Action.APPROVE in allowed and others:
        made.append(_approve(view, name))
    if Action.REQUEST_CHANGES in allowed and others:
        made.append(button("Request changes", ActionId.REQUEST_CHANGES, value))
    if Action.PUBLISH in allowed:
        text = f"*{name}* starts sending to real people, by its schedule."
        asked = confirm("Publish it?", text, "Publish")
        made.append(button("Publish", ActionId.PUBLISH, value, style="primary", confirm=asked))
    if view.state in UNPUBLISHED:
        made.append(button("Rehearse", ActionId.REHEARSE, value))
    if Action.RESUME in allowed:
        made.append(button("Resume", ActionId.RESUME, value, style="primary"))
    if _may_undo(view):
        made.append(button("Undo", ActionId.UNDO, value, style="primary"))
    if Action.PAUSE in allowed:
        made.append(button("Pause", ActionId.PAUSE, value))
    if view.state in _COUNTED:
        made.append(button("Show the books" if review else "Refresh", ActionId.SHOW, value))
    if Action.EDIT in allowed and not review:
        made.append(button("Edit", ActionId.EDIT, value))
    if Action.STOP in allowed:
        text = f"*{name}* stops for ever; it cannot be started again."
        asked = confirm("Stop it for ever?", text, "Stop it", danger=True)
        made.append(button("Stop", ActionId.STOP, value, style="danger", confirm=asked))
    return made


def _approve(view: CampaignView, name: str) -> Block:
    """Return the button that approves this content, for so many users as were counted."""
    many, of = "", ""
    if view.estimate is not None:
        counted = words.count_of(view.estimate.expected, "user")
        many, of = f" for {counted}", f" About {counted} would get it now."
    text = f"You have read all of *{name}* and it may be published as it is?{of}"
    asked = confirm("Approve it?", text, "Approve")
    ref = str(Ref.approving(view))
    return button(f"Approve{many}", ActionId.APPROVE, ref, style="primary", confirm=asked)
