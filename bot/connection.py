"""The question whether a test event arrived in Segment: a card, and what became of it."""

from actors.mail_trust import CheckView, Connection
from bot import words
from bot.blocks import Block, Message, actions, button, context, escaped, fitting, header, section
from bot.ids import ActionId
from domain.verifying import EVENT, LOOK_AT, OPEN_DEBUGGER


def check_card(connection: Connection) -> Message:
    """Return the card of one test event as it stands: open with its buttons, or answered."""
    check = connection.check
    assert check is not None, "a card is about one test event"
    return fitting(lambda _chars: _card(connection, check))


def told(connection: Connection) -> Message:
    """Return how the connection stands, for one person."""
    mark = ":white_check_mark:" if connection.verified else ":warning:"
    text = f"{mark} {words.mentioned(escaped(connection.message))}"
    return Message(text, (section(text),))


def _card(connection: Connection, check: CheckView) -> Message:
    code = escaped(check.code)
    where = f"Sent to {escaped(connection.url)} for {words.person(check.asked_by)}"
    if check.answer:
        title, said = _answer(check)
        return Message(f"{title}. {said}", (header(title), section(said), context(where)))
    title = "Did the test event arrive?"
    asked = (
        f"Segment answered yes to a *{EVENT}*, but it does so to a wrong key too.\n"
        f"{OPEN_DEBUGGER} do you see the event with the code *{code}*?"
    )
    blocks: list[Block] = [header(title), section(asked)]
    if check.current:
        blocks.append(actions(_buttons(check.code)))
    else:
        blocks.append(
            section(":hourglass: This question is out of date: a later test event counts.")
        )
    return Message(f"{title} Code {code}.", (*blocks, context(where)))


def _answer(check: CheckView) -> tuple[str, str]:
    who, code = words.person(check.answered_by), escaped(check.code)
    if check.answer == "seen":
        return (
            "The connection to Segment works",
            f":white_check_mark: {who} saw the test event {code} in Segment.",
        )
    return (
        "The test event did not arrive",
        f":warning: {who} did not find the test event {code}.\n{LOOK_AT}",
    )


def _buttons(code: str) -> list[Block]:
    return [
        button("I see it", ActionId.CONNECTION_SEEN, code, style="primary"),
        button("It is not there", ActionId.CONNECTION_ABSENT, code),
    ]
