"""What is asked about one user in Slack, and why they got what they got.

A trail quotes no value of the user's.
"""

from actors.mail import Refused, Request
from actors.mail_content import Preview, TestSend
from actors.mail_trust import Step, Told, Why
from bot.blocks import (
    SECTION_CHARS_MAX,
    Message,
    clip,
    context,
    escaped,
    fitting,
    section,
)
from bot.words import uncoded
from domain.zones import local_wall

ANYBODY = "any"
"""What is typed in place of a user, for somebody whom the campaign is for."""
STEPS_SHOWN_MAX = 12
KNOWN_SHOWN_MAX = 10


def request_of(command: str, rest: str, by: str) -> Request | Refused:
    """Return what `why USER NAME`, `preview USER NAME` or `test USER NAME` asks."""
    user, _, name = rest.partition(" ")
    name = name.strip()
    if not name:
        return Refused(
            what=f"`/campaign {command}` needs a user and the name of a campaign.",
            fix=f"Type it like `/campaign {command} USER NAME`."
            + ("" if command == "why" else f" For somebody, write `{ANYBODY}` as the user."),
        )
    whom = "" if user == ANYBODY else user
    match command:
        case "why":
            return Why(user=user, campaign=name)
        case "preview":
            return Preview(campaign=name, by=by, user=whom)
        case _:
            return TestSend(campaign=name, by=by, users=(whom,) if whom else ())


def told(trail: Told) -> Message:
    """Return a trail: what is known, then the latest steps, the newest last."""
    return fitting(lambda chars: _told(trail, chars))


def _told(trail: Told, chars: int) -> Message:
    blocks = [section(f"*{clip(uncoded(trail.message), 500)}*")]
    if trail.known:
        lines = [f"• {clip(line, chars)}" for line in trail.known[:KNOWN_SHOWN_MAX]]
        blocks.append(section("\n".join(lines)))
    hidden = len(trail.steps) - STEPS_SHOWN_MAX
    if hidden > 0:
        blocks.append(context(f"{hidden} earlier steps are left out: `clarion why` has them all"))
    blocks += [section(text) for text in _grouped(trail, chars)]
    end = f"Times are in {escaped(trail.zone)}. The ids of messages: `clarion why`."
    blocks.append(context(end))
    return Message(uncoded(trail.message), tuple(blocks))


def _grouped(trail: Told, chars: int) -> list[str]:
    """Return a paragraph for each thing that the user did, or that fell due, and what followed."""
    texts: list[str] = []
    for step in trail.steps[-STEPS_SHOWN_MAX:]:
        at = f"{local_wall(step.at_ms, trail.zone):%m-%d %H:%M}"
        line = f"`{at}` {clip(uncoded(_without_id(step)), chars)}"
        follows = step.event_seq is None and texts
        if follows and len(texts[-1]) + len(line) < SECTION_CHARS_MAX:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return texts


def _without_id(step: Step) -> str:
    """Return what a step says without its message's id, which tells a marketer nothing."""
    said = step.said
    if step.message_id:
        said = said.replace(f" under the id {step.message_id}", "")
        said = said.replace(f"message {step.message_id}", "the message")
    return said
