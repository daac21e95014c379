"""Saved audiences in Slack: what `/campaign audience ...` asks, and what it is answered."""

from collections.abc import Callable
from difflib import get_close_matches

from actors.mail import Reached, Refused, Request
from actors.mail_audience import (
    AudienceShown,
    ListAudiences,
    ReachAudience,
    ShowAudience,
)
from bot import words
from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    fitting,
    header,
    section,
)
from bot.ids import COMMAND, ActionId
from bot.quoted import first_word
from domain.phrases import INDENT
from domain.telling import describe_node

CAMPAIGNS_NAMED_MAX = 20
_COMMAND = f"{COMMAND} audience"
USES = {
    "list": f"{_COMMAND} list",
    "show": f"{_COMMAND} show NAME",
    "reach": f"{_COMMAND} reach NAME",
    "save": f"{_COMMAND} save NAME",
    "export": f"{_COMMAND} export NAME",
    "import": f"{_COMMAND} import NAME",
}
"""What can stand after `audience`, and how it is typed."""
_ABOUT_ONE: dict[str, Callable[[str], Request]] = {
    "show": ShowAudience,
    "reach": ReachAudience,
}


def request_of(rest: str) -> Request | Refused:
    """Return what is asked after `audience`; what opens a form was taken before."""
    command, name = first_word(rest)
    command = command.casefold()
    if command in ("", "list"):
        return ListAudiences()
    asked = _ABOUT_ONE.get(command)
    if asked is None and command not in USES:
        near = get_close_matches(command, USES, n=1, cutoff=0.5)
        meant = f"Did you mean `{_COMMAND} {near[0]}`? " if near else ""
        what = f"There is no `{_COMMAND} {command[:100]}`."
        uses = ", ".join(f"`{use}`" for use in USES.values())
        return Refused(what=what, fix=f"{meant}There is {uses}.")
    if not name or asked is None:
        return Refused(
            what="Which audience?",
            fix=f"Type `{_COMMAND} {command} NAME`; `{_COMMAND} list` shows the names.",
        )
    return asked(name)


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
    blocks.append(context(f"{saved}."))
    count = button("Count who is in it", ActionId.REACH_AUDIENCE, found.name)
    sample = button("Export a sample", ActionId.EXPORT_SAMPLE, found.name)
    blocks.append(actions([count, sample]))
    return Message(f"Saved audience {name}, {version}", tuple(blocks))


def reached(found: Reached) -> Message:
    """Return the estimated reach of what was asked for by its name."""
    name = clip(found.of, 400)
    text = f"{name}: {words.count_of(found.estimate.expected, 'message')} expected"
    counted = f"Counted in {words.number(found.estimate.took_ms)} ms, from all that has come in."
    body = section(f"*{name}*\n{words.waterfall(found.estimate)}")
    return Message(text, (header("Estimated reach"), body, context(counted)))
