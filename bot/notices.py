"""Notices in the alerts channel: plain words, and below them the buttons that answer them.

Whatever is pressed first counts; then the buttons go, and what came of it stands in their place.
What is said to one person directly has the ways back to the campaign below it.
"""

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
from bot.ids import NOTICE, ActionId
from bot.refs import Ref
from bot.words import mentioned
from store.announcements import Buttons


def notice(announcement: Announcement) -> Message:
    """Return the words of a reply, a notice or a direct message."""
    text = mentioned(clip(announcement.body, MESSAGE_TEXT_CHARS_MAX - CUT_CHARS_MAX))
    blocks = [section(text)]
    buttons = offered(announcement.campaign, announcement.subject)
    if announcement.kind == "notice" and buttons:
        blocks.append({**actions(buttons), "block_id": NOTICE})
    if announcement.kind == "direct":
        ref = str(Ref(announcement.campaign))
        edits = button("Edit it", ActionId.EDIT, ref, style="primary")
        blocks.append(actions([edits, button("Show it", ActionId.SHOW, ref)]))
    return Message(text, tuple(blocks))


def offered(campaign: str, subject: str) -> list[Block]:
    """Return the buttons that a subject asks for; an earlier version's are not known any more."""
    kind, _, about = subject.partition(":")
    match kind:
        case Buttons.CLOCK:
            return [_clock(about)]
        case Buttons.RESUME:
            return _resume(str(Ref(campaign, about)))
        case Buttons.ASIDE:
            return _aside(str(Ref(campaign)))
        case Buttons.PAUSE:
            pause = button("Pause", ActionId.PAUSE, str(Ref(campaign)), style="primary")
            return [pause, _stop(Ref(campaign))]
        case Buttons.SEGMENT:
            return [button("Send a test event", ActionId.VERIFY, "verify", style="primary")]
        case Buttons.LOAD:
            return [button("Choose what to pause", ActionId.CHOOSE_PAUSE, "all")]
        case Buttons.AGAIN:
            return [button("Draft it again", ActionId.DRAFT_AGAIN, str(Ref(campaign)))]
        case _:
            return []


def _clock(leap: str) -> Block:
    asked = confirm(
        "Is the machine's clock right?",
        "Whatever fell due by it goes at once. If you are not sure, ask who runs the machine.",
        "It is right",
    )
    return button("The clock is right", ActionId.ACCEPT_CLOCK, leap, confirm=asked)


def _resume(ref: str) -> list[Block]:
    """Return the ways on of a campaign that paused itself, or is faulted."""
    text = "It goes on sending. If what stopped it happens again, it stops itself again."
    resumes = confirm("Let it go on?", text, "Resume it")
    return [
        button("Resume", ActionId.RESUME, ref, style="primary", confirm=resumes),
        _stop(Ref.read(ref)),
    ]


def _stop(ref: Ref) -> Block:
    text = "What waits is cancelled, and it cannot be started again."
    asked = confirm("Stop it for ever?", text, "Stop it", danger=True)
    return button("Stop", ActionId.STOP, str(ref), style="danger", confirm=asked)


def _aside(ref: str) -> list[Block]:
    """Return what to do about everything that is set aside of a campaign."""
    text = (
        "All that is set aside of it is tried again, under the same ids: what Segment has already"
        " it leaves out, as a rule for a day."
    )
    again = confirm("Try all of it again?", text, "Try again")
    text = "What is set aside of it is never sent and never considered."
    drop = confirm("Drop all of it?", text, "Drop it", danger=True)
    return [
        button("Try again", ActionId.RETRY_ASIDE, ref, style="primary", confirm=again),
        button("Drop", ActionId.DROP_ASIDE, ref, style="danger", confirm=drop),
        button("Look at them", ActionId.LIST_ASIDE, ref),
    ]
