"""A submitted modal: its answer goes into the modal while there is time, and follows it later."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from actors.mail import Refused
from bot import answers, words
from bot.blocks import SECTION_CHARS_MAX, Message, clip, short
from bot.inputs import ERROR_CHARS_MAX, Errors
from bot.line import SLACK_FAILED, Caller, Line, log, reason, tell, update_if_open
from bot.modals import said_view
from bot.paste import problems_text
from bot.refs import Memo, read_memo

LATER = ":hourglass_flowing_sand: Working on it... The answer follows; you may close this."


class Submission:
    """One press of a modal's submit button.

    `block` is the input that refusals stand beneath; a modal without inputs sets `redraw`, which
    returns the modal with words on top.
    """

    def __init__(
        self, line: Line, ack: Ack, body: dict[str, Any], client: WebClient, block: str = ""
    ) -> None:
        self.memo: Memo = read_memo(body["view"])
        self.user: str = body["user"]["id"]
        self._caller = Caller(self.user, self.memo.channel)
        self._ack = ack
        self.client = client
        self.block = block
        self._view: str = body["view"]["id"]
        self.redraw: Callable[[str], dict[str, Any]] = said_view
        self.late = False
        self.patience = line.patience(self._slow)

    def wrong(self, errors: Errors) -> None:
        """Show what is wrong at its inputs; the modal stays as it is."""
        self._ack(response_action="errors", errors=errors)

    def refused(self, refused: Refused) -> None:
        """Say what is in the way; in the modal if it is still there."""
        if self.late:
            message = answers.refused(refused)
            self._over(message)
            tell(self.client, self._caller, message)
            return
        said = words.in_slack(f"{refused.what} {refused.fix}").strip()
        if refused.problems:
            said = f"{said}\n{problems_text(list(refused.problems))}"
        if self.block:
            self.wrong({self.block: said[:ERROR_CHARS_MAX]})
        else:
            self.turned(self.redraw(clip(said, ERROR_CHARS_MAX)))

    def turned(self, view: dict[str, Any]) -> None:
        """Show another modal in place of this one."""
        if self.late:
            update_if_open(self.client, self._view, view)
        else:
            self._ack(response_action="update", view=view)

    def finished(self, message: Message) -> None:
        """Close the modal, and say what came of it."""
        if self.late:
            self._over(message)
        else:
            self._ack(response_action="clear")
        tell(self.client, self._caller, message)

    def going_on(self, text: str) -> None:
        """Say how far it is, in the modal of whoever was told that it takes a while."""
        if not self.late:
            return
        try:
            update_if_open(self.client, self._view, said_view(f"{LATER}\n{text}"))
        except SLACK_FAILED as error:
            log.info("A modal was not brought up to date: %s", reason(error))

    def _over(self, message: Message) -> None:
        """Say the end in a modal that said to wait, if it is still there."""
        try:
            update_if_open(
                self.client, self._view, said_view(short(message.text, SECTION_CHARS_MAX))
            )
        except SLACK_FAILED as error:
            log.info("A modal was not brought up to date: %s", reason(error))

    def _slow(self) -> None:
        self.late = True
        self._ack(response_action="update", view=said_view(LATER))
