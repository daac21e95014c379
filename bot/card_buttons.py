"""What a card offers: at most three buttons, and a menu of what else the state allows.

What asks once more before it is done stays a button: a menu's entries ask nothing.
"""

from msgspec import Struct

from actors.mail import CampaignView
from bot import words
from bot.blocks import Block, button, clip, confirm, option
from bot.ids import ActionId
from bot.refs import Ref
from domain import schedule
from domain.review import OVER, PUBLISHED, UNPUBLISHED, Action, State

BUTTONS_MAX = 3
CONFIRM_NAME_CHARS_MAX = 160
_COUNTED = PUBLISHED | {State.FAULTED, State.STOPPED, State.COMPLETED}
"""The states in which there are books to look at, which move on without the card."""


class Offer(Struct, frozen=True):
    """Something that may be done. `asked`: the dialog that asks once more, so it needs a button."""

    text: str
    action: ActionId
    style: str | None = None
    asked: Block | None = None
    value: str = ""
    leads: bool = False  # never in the menu


def card_buttons(view: CampaignView, *, review: bool, reader: str = "") -> list[Block]:
    """Return what the state allows people to do; drafting is no business of the review card.

    Who wrote it is not offered what the rule of two people would refuse them.
    """
    offers = [*_decisions(view, review=review, reader=reader), *_acts(view, review=review)]
    menu = [*_looks(view, review=review)]
    free = BUTTONS_MAX - sum(offer.leads for offer in offers)
    shown: list[Offer] = []
    rest: list[Offer] = []
    for offer in offers:
        fits = offer.leads or free > 0
        free -= not offer.leads
        (shown if fits else rest).append(offer)
    ref = str(Ref.of(view))
    made = [
        button(offer.text, offer.action, offer.value or ref, style=offer.style, confirm=offer.asked)
        for offer in shown
    ]
    return [*made, *_menu([*rest, *menu], view)]


def may_undo(view: CampaignView) -> bool:
    """Tell whether it was published to run now and has not begun: it is scheduled only until then.

    Whoever presses later is told that it has begun.
    """
    at_once = view.kind == "past_behaviour" and schedule.is_now(view.definition.when)
    return view.state == State.SCHEDULED and at_once and not view.runs


def _decisions(view: CampaignView, *, review: bool, reader: str) -> list[Offer]:
    """Return what brings it on: each of them is what somebody opened the card for."""
    allowed, name = set(view.allowed), clip(view.name, CONFIRM_NAME_CHARS_MAX)
    others = reader not in {view.author, *view.editors}
    made = []
    if Action.SUBMIT in allowed and not review:
        made.append(Offer("Submit for review", ActionId.SUBMIT, "primary", leads=True))
    if Action.APPROVE in allowed and others:
        made.append(_approve(view, name))
    if Action.REQUEST_CHANGES in allowed and others:
        made.append(Offer("Request changes", ActionId.REQUEST_CHANGES, leads=not view.amends))
    if Action.PUBLISH in allowed:
        text = f"*{name}* starts sending to real people, by its schedule."
        asked = confirm("Publish it?", text, "Publish")
        made.append(Offer("Publish", ActionId.PUBLISH, "primary", asked, leads=True))
    if Action.RESUME in allowed:
        made.append(Offer("Resume", ActionId.RESUME, "primary", leads=True))
    if may_undo(view):
        made.append(Offer("Undo", ActionId.UNDO, "primary", leads=True))
    return made


def _acts(view: CampaignView, *, review: bool) -> list[Offer]:
    allowed, name = set(view.allowed), clip(view.name, CONFIRM_NAME_CHARS_MAX)
    made = []
    if Action.PAUSE in allowed:
        made.append(Offer("Pause", ActionId.PAUSE, leads=True))
    if view.state in UNPUBLISHED:
        made.append(Offer("See a message", ActionId.SEE_MESSAGE))
    if view.state in _COUNTED:
        made.append(Offer("Show the books" if review else "Refresh", ActionId.SHOW))
    if Action.EDIT in allowed and not review:
        made.append(Offer("Edit", ActionId.EDIT))
    if view.state in UNPUBLISHED:
        made.append(Offer("Rehearse", ActionId.REHEARSE))
    if Action.STOP in allowed:
        text = f"*{name}* stops for ever; it cannot be started again."
        asked = confirm("Stop it for ever?", text, "Stop it", danger=True)
        made.append(Offer("Stop", ActionId.STOP, "danger", asked, leads=True))
    return made


def _looks(view: CampaignView, *, review: bool) -> list[Offer]:
    """Return what only shows something; it is always in the menu."""
    made = []
    if view.state in PUBLISHED:
        made.append(Offer("See a message", ActionId.SEE_MESSAGE))
    if view.state in _COUNTED:
        made.append(Offer("Report", ActionId.REPORT))
    if view.state in OVER and not review:
        made.append(Offer("Clone", ActionId.CLONE))
    return made


def _approve(view: CampaignView, name: str) -> Offer:
    """Offer to approve this content, for so many users as were counted."""
    many, of = "", ""
    if view.estimate is not None:
        counted = words.count_of(view.estimate.expected, "user")
        many, of = f" for {counted}", f" About {counted} would get it now."
    text = f"You have read all of *{name}* and it may be published as it is?{of}"
    asked = confirm("Approve it?", text, "Approve")
    ref = str(Ref.approving(view))
    return Offer(f"Approve{many}", ActionId.APPROVE, "primary", asked, ref, leads=True)


def _menu(offers: list[Offer], view: CampaignView) -> list[Block]:
    """Return the menu of the rest. An entry names its deed and the campaign, and no content."""
    if not offers:
        return []
    entries = [option(offer.text, f"{offer.action}:{Ref(view.id)}") for offer in offers]
    return [{"type": "overflow", "action_id": ActionId.MORE.value, "options": entries}]
