"""The small modals: paste a definition, ask for changes, raise a limit, wait."""

from typing import Any

from bot.blocks import (
    SECTION_CHARS_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    section,
)
from bot.ids import ActionId, Field, ViewId
from bot.inputs import (
    TEXT_CHARS_MAX,
    file_input,
    input_block,
    modal,
    number_input,
    text_input,
)
from bot.refs import RUNS, Memo, write_memo
from bot.tables import untabled

_OPEN_A_FORM = frozenset({ActionId.EDIT, ActionId.CLONE})
"""The form of a campaign, whose steps change, does not stand above another modal."""

ALL_OF_IT = "Everything that a campaign can say, the form's answers and more."
IS_A_FILE = (
    "As text this definition is too long for the field below. It came to your direct messages as"
    " a file: change it there, save it, and choose it here."
)
EXAMPLE = """\
name = "Spring sale"
kind = "past_behaviour"

[who]
type = "did"
event = "Order Completed"
days = 30

[what.key_values]
coupon = "SPRING"
"""


def paste_view(memo: Memo, text: str | None = "") -> dict[str, Any]:
    """Return the modal that takes a definition as TOML; None: it is too long for an input."""
    field = text_input("" if text is None else text or EXAMPLE, multiline=True)
    hint = f"TOML, at most {TEXT_CHARS_MAX:,} characters; a longer one comes as a file."
    blocks = [
        section(IS_A_FILE if text is None else ALL_OF_IT),
        input_block(Field.TEXT, "Definition", field, hint=hint, optional=True),
        input_block(
            Field.FILE,
            "Or a file",
            file_input(),
            hint="TOML in UTF-8. If one is chosen it counts, and not what stands above.",
            optional=True,
        ),
    ]
    if memo.ref is None:
        form = button("Use the form", ActionId.FORM_INSTEAD, "form")
        blocks.append(actions([form]))
    title = "Edit definition" if memo.ref else "Paste a definition"
    return modal(ViewId.PASTE, title, blocks, submit=saves(memo), memo=write_memo(memo))


def saves(memo: Memo) -> str:
    """Return what the button that saves a definition does: of what runs it asks for a review."""
    return "Ask for a review" if memo.fixed == RUNS else "Save draft"


def changes_view(memo: Memo) -> dict[str, Any]:
    """Return the modal that asks a reviewer what should change."""
    field = text_input(multiline=True, placeholder="What should change, and why?")
    blocks = [
        section("The campaign goes back to its author with your comment."),
        input_block(Field.COMMENT, "Comment", field),
    ]
    return modal(ViewId.CHANGES, "Request changes", blocks, submit="Send", memo=write_memo(memo))


def raise_view(memo: Memo) -> dict[str, Any]:
    """Return the modal that asks for a higher safety limit."""
    blocks = [
        section("A second person must approve a higher limit before this run goes on."),
        input_block(Field.LIMIT, "New safety limit", number_input(placeholder="50000")),
    ]
    return modal(ViewId.RAISE, "Raise the limit", blocks, submit="Ask", memo=write_memo(memo))


def waiting_view(memo: Memo) -> dict[str, Any]:
    """Return a modal without inputs; it holds the place while the engine answers."""
    blocks = [section("One moment...")]
    return modal(ViewId.WAITING, "Campaign", blocks, close="Close", memo=write_memo(memo))


def said_view(text: str, more: str = "") -> dict[str, Any]:
    """Return a modal that only says something."""
    blocks = [section(text), *([context(more)] if more else [])]
    return modal(ViewId.WAITING, "Campaign", blocks, close="Close")


def said_home(text: str) -> dict[str, Any]:
    """Return a home tab that only says something."""
    return {"type": "home", "blocks": [section(clip(text, SECTION_CHARS_MAX))]}


def card_view(card: Message, title: str = "Campaign") -> dict[str, Any]:
    """Return a modal with a card, without the buttons that would open another modal from it."""
    blocks: list[Block] = []
    for block in untabled(card.blocks):
        if block["type"] != "actions":
            blocks.append(block)
        elif kept := [each for each in map(_without_modals, block["elements"]) if each]:
            blocks.append({**block, "elements": kept})
    return modal(ViewId.CARD, title, blocks, close="Close")


def _without_modals(element: Block) -> Block:
    """Return a button or a menu without what would open another modal; nothing if that is all."""
    if element["type"] != "overflow":
        return {} if element["action_id"] in _OPEN_A_FORM else element
    kept = [
        each for each in element["options"] if each["value"].partition(":")[0] not in _OPEN_A_FORM
    ]
    return {**element, "options": kept} if kept else {}
