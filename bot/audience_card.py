"""Saved audiences and lists in Slack: `audience list`, `show NAME` and `reach NAME`."""

from collections.abc import Callable
from difflib import get_close_matches

from actors.mail import Reached, Refused, Request
from actors.mail_audience import (
    Audiences,
    AudienceShown,
    ListAudiences,
    ReachAudience,
    ShowAudience,
)
from bot import words
from bot.blocks import Block, Message, clip, context, escaped, fitting, header, section
from bot.ids import COMMAND
from bot.quoted import first_word
from bot.tables import person_cell, table, text_cell
from domain.phrases import INDENT
from domain.telling import describe_node

LINES_MAX = 40
CAMPAIGNS_NAMED_MAX = 20
_COMMAND = f"{COMMAND} audience"
_ABOUT_ONE: dict[str, Callable[[str], Request]] = {
    "show": ShowAudience,
    "reach": ReachAudience,
}


def request_of(rest: str) -> Request | Refused:
    """Return what `audience`, `audience list`, `audience show NAME` or `reach NAME` asks."""
    command, name = first_word(rest)
    command = command.casefold()
    if command in ("", "list"):
        return ListAudiences()
    asked = _ABOUT_ONE.get(command)
    if asked is None:
        near = get_close_matches(command, ("list", *_ABOUT_ONE), n=1, cutoff=0.5)
        meant = f"Did you mean `{_COMMAND} {near[0]}`? " if near else ""
        what = f"There is no `{_COMMAND} {command[:100]}`."
        uses = f"`{_COMMAND} list`, `{_COMMAND} show NAME` or `{_COMMAND} reach NAME`"
        return Refused(what=what, fix=f"{meant}Type {uses}.")
    if not name:
        return Refused(
            what="Which audience?",
            fix=f"Type `{_COMMAND} {command} NAME`; `{_COMMAND} list` shows the names.",
        )
    return asked(name)


def listed(found: Audiences) -> Message:
    """Return every saved audience and every custom list in one table."""
    return fitting(lambda chars: _listed(found, min(chars, 120)))


def _listed(found: Audiences, chars: int) -> Message:
    if not found.audiences and not found.lists:
        text = (
            "Nothing is saved yet. Whoever runs Clarion saves an audience with `clarion audience"
            " save`, and a list with `clarion import list`."
        )
        return Message(text, (section(text),))
    rows = [
        [
            text_cell(each.name, chars),
            text_cell("audience"),
            text_cell(str(each.version)),
            text_cell("counted when asked"),
            person_cell(each.made_by),
        ]
        for each in found.audiences
    ]
    rows += [
        [
            text_cell(each.name, chars),
            text_cell("list"),
            text_cell(str(each.version)),
            text_cell(words.number(each.members)),
            person_cell(each.made_by),
        ]
        for each in found.lists
    ]
    n, lists = len(found.audiences), len(found.lists)
    title = f"{words.count_of(n, 'saved audience')}, {words.count_of(lists, 'list')}"
    headings = ("Name", "What", "Version", "Users", "By")
    numbers = ("Version", "Users")
    blocks = [header(title), table(headings, rows[:LINES_MAX], numbers=numbers)]
    more = len(rows) - LINES_MAX
    said = f"and {more} more: `clarion audience list` has all. " if more > 0 else ""
    end = f"`{_COMMAND} show NAME` says who is in one, `{_COMMAND} reach NAME` how many."
    blocks.append(context(f"{said}{end}"))
    names = [*(each.name for each in found.audiences), *(each.name for each in found.lists)]
    named = ", ".join(names[:LINES_MAX])
    return Message(f"{title}: {escaped(named)}", tuple(blocks))


def shown(found: AudienceShown, zone: str) -> Message:
    """Return one saved audience in sentences, and which campaigns name it."""
    return fitting(lambda chars: _shown(found, zone, chars))


def _shown(found: AudienceShown, zone: str, chars: int) -> Message:
    name = clip(found.name, min(chars, 400))
    version = f"version {found.version}"
    if found.version != found.latest:
        version += f" (the latest is {found.latest})"
    lines = "\n".join(describe_node(found.who)).replace(INDENT, "\N{EM SPACE}")
    blocks: list[Block] = [
        header("Saved audience"),
        section(f"*{name}*   {version}"),
        section(clip(lines, 2 * chars)),
    ]
    used = found.used_by[:CAMPAIGNS_NAMED_MAX]
    more = len(found.used_by) - len(used)
    names = clip(", ".join(used), 1_500) + (f" and {more} more" if more > 0 else "")
    blocks.append(context(f"Used by: {names}" if used else "No campaign uses it."))
    saved = f"Saved by {words.person(found.made_by)}, {words.moment(found.made_ms, zone)}"
    blocks.append(context(f"{saved}. `{_COMMAND} reach NAME` counts who is in it."))
    return Message(f"Saved audience {name}, {version}", tuple(blocks))


def reached(found: Reached) -> Message:
    """Return the estimated reach of what was asked for by its name."""
    name = clip(found.of, 400)
    text = f"{name}: {words.count_of(found.estimate.expected, 'message')} expected"
    counted = f"Counted in {words.number(found.estimate.took_ms)} ms, from all that has come in."
    body = section(f"*{name}*\n{words.waterfall(found.estimate)}")
    return Message(text, (header("Estimated reach"), body, context(counted)))
