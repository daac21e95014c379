"""Notices in the alerts channel: plain words, and where one person's word ends it, a button."""

from actors.mail import Announcement
from bot.blocks import (
    CUT_CHARS_MAX,
    MESSAGE_TEXT_CHARS_MAX,
    Message,
    actions,
    button,
    clip,
    confirm,
    section,
)
from bot.ids import ActionId
from bot.words import mentioned

CLOCK = "clock:"
"""How the subject of a leap's notice begins; then comes which leap it is."""


def notice(announcement: Announcement) -> Message:
    """Return the words of a reply or a notice."""
    text = mentioned(clip(announcement.body, MESSAGE_TEXT_CHARS_MAX - CUT_CHARS_MAX))
    blocks = [section(text)]
    if announcement.kind == "notice" and announcement.subject.startswith(CLOCK):
        asked = confirm(
            "Is the machine's clock right?",
            "Whatever fell due by it goes at once. If you are not sure, ask who runs the machine.",
            "It is right",
        )
        leap = announcement.subject.removeprefix(CLOCK)
        blocks.append(
            actions([button("The clock is right", ActionId.ACCEPT_CLOCK, leap, confirm=asked)])
        )
    return Message(text, tuple(blocks))
