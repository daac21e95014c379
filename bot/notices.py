"""Notices in the alerts channel: plain words, and where one person's word ends it, a button."""

from actors.mail import Announcement
from bot.blocks import (
    CUT_CHARS_MAX,
    MESSAGE_TEXT_CHARS_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    section,
)
from bot.ids import ActionId
from bot.refs import Ref
from bot.words import mentioned

CLOCK = "clock:"
"""How the subject of a leap's notice begins; then comes which leap it is."""
SURGE = "surge:"
"""How that of a campaign begins which paused itself; then comes the hash of its content."""


def notice(announcement: Announcement) -> Message:
    """Return the words of a reply or a notice."""
    text = mentioned(clip(announcement.body, MESSAGE_TEXT_CHARS_MAX - CUT_CHARS_MAX))
    blocks = [section(text)]
    if announcement.kind == "notice" and announcement.subject.startswith(CLOCK):
        blocks.append(actions([_clock(announcement.subject.removeprefix(CLOCK))]))
    elif announcement.kind == "notice" and announcement.subject.startswith(SURGE):
        ref = Ref(announcement.campaign, announcement.subject.removeprefix(SURGE))
        blocks.append(actions(_surge(str(ref))))
    return Message(text, tuple(blocks))


def _clock(leap: str) -> Block:
    asked = confirm(
        "Is the machine's clock right?",
        "Whatever fell due by it goes at once. If you are not sure, ask who runs the machine.",
        "It is right",
    )
    return button("The clock is right", ActionId.ACCEPT_CLOCK, leap, confirm=asked)


def _surge(ref: str) -> list[Block]:
    """Return the ways on of a campaign that paused itself."""
    text = "As many more may qualify within an hour from now on; then it pauses itself again."
    resumes = confirm("Let it go on?", text, "Resume it")
    text = "What waits is cancelled, and it cannot be started again."
    stops = confirm("Stop it for ever?", text, "Stop it", danger=True)
    return [
        button("Resume", ActionId.RESUME, ref, style="primary", confirm=resumes),
        button("Stop", ActionId.STOP, ref, style="danger", confirm=stops),
    ]
