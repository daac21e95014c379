"""One press of a button: who, on what, and how the place where it stands is brought up to date."""

from typing import Any

from slack_sdk import WebClient

from actors.mail import Refused
from bot import alerts, answers, views, words
from bot.awaited import own_card
from bot.blocks import Block, Message, clip, context
from bot.ids import NOTICE, ActionId
from bot.line import SLACK_FAILED, Caller, Line, log, reason, tell
from bot.refs import Ref


class Place:
    """Where the button stands: a message in a channel, one that only one person sees, or a view."""

    def __init__(self, body: dict[str, Any], client: WebClient) -> None:
        self._client = client
        self._container: dict[str, Any] = body.get("container", {})
        self._message: dict[str, Any] = body.get("message") or {}
        self._blocks: list[Block] = list(self._message.get("blocks") or ())

    @property
    def on_a_notice(self) -> bool:
        """Whether the button stands under words that it answers, and not on a card."""
        return any(block.get("block_id") == NOTICE for block in self._blocks)

    def settle(self, by: str, said: str) -> None:
        """Take the buttons off the notice that was pressed, and write there what came of it."""
        if not self.on_a_notice:
            return
        kept = [block for block in self._blocks if block.get("block_id") != NOTICE]
        text = f":white_check_mark: {words.person(by)}: {words.mentioned(clip(said, 300))}"
        self.update(Message(str(self._message.get("text", "")), (*kept, context(text))))

    def update(self, message: Message) -> None:
        """Put this in place of what stands in the channel; what Slack does not take is logged."""
        try:
            self._client.chat_update(
                channel=self._container["channel_id"],
                ts=self._container["message_ts"],
                text=message.text,
                blocks=list(message.blocks),
            )
        except SLACK_FAILED as error:
            log.warning("A card was not brought up to date: %s", reason(error))


class Click:
    """One press of a button: who, on what, and where the card stands."""

    def __init__(self, line: Line, body: dict[str, Any], client: WebClient) -> None:
        pressed = body["actions"][0]
        self._line = line
        self.action = ActionId(pressed["action_id"])
        self.ref = Ref.read(pressed["value"])
        self._caller = Caller.of(body)
        self.user = self._caller.user
        self._container: dict[str, Any] = body.get("container", {})
        self.place = Place(body, client)
        self._client = client
        self.patience = line.patience(lambda: self.tell(answers.working()))
        self.found = line.find(self.ref.campaign, self.patience)

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the card."""
        return self.in_modal or bool(self._container.get("is_ephemeral"))

    @property
    def in_modal(self) -> bool:
        """Whether the card is shown in a modal, which the home tab opened."""
        return bool(self._caller.view)

    def tell(self, message: Message) -> None:
        """Say something to this person alone: where they pressed, so in a modal in it."""
        tell(self._client, self._caller, message)

    def replace(self, message: Message) -> None:
        """Put this in place of the person's own card."""
        tell(self._client, self._caller, message, replace=True)

    def refresh(self, zone: str) -> None:
        """Bring the card that was pressed up to date, whichever it is.

        The campaign is read anew: whoever lost a race would draw the winner's card as it was.
        """
        view = self._line.find(self.ref.campaign, self.patience)
        if isinstance(view, Refused):
            return
        if self.place.on_a_notice:
            self.place.settle(self.user, f"“{view.name}” is {words.state_words(view.state)} now.")
            return
        run = alerts.run_of(view, self.ref.run) if self.ref.run else None
        if run is not None:
            message = alerts.alert_card(view, run)
            if self.in_modal:
                self.tell(message)
                return
        elif self.ephemeral:
            self.replace(own_card(view, self._line, self.user))
            return
        else:
            message = views.review_card(view, zone)
        self.place.update(message)
