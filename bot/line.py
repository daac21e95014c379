"""How a listener, in its worker thread, reaches the desk and the person who asked."""

import logging
import re
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, TypeVar

import trio
from msgspec import Struct, structs
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from actors.mail import Answer, CampaignView, Done, Publish, Refused, Request, Show
from actors.mail_trust import PausedAll
from bot import answers
from bot.blocks import Message
from bot.examples import Examples
from bot.ids import ViewId
from bot.modals import card_view
from bot.ports import Desk
from bot.quiet import SLACK_LOG
from bot.settings import BotSettings

SLOW_SECONDS = 2.0
"""After this long without an answer the person is told that we work on it. Slack gives 3 s."""
ANSWER_SECONDS_MAX = 600.0
PROGRESS_AT_SECONDS = (15.0, 60.0, 180.0)
"""When people hear how far a long answer is, after they heard that we work on it."""
WORKS_AT_ONCE_MAX = 4
"""Of what takes long, such as reading a file; others wait, and hear so."""
RESPONSE_SECONDS_MAX = 10
HTTP_OK = 200

SLACK_FAILED = (SlackClientError, HTTPException, OSError, ValueError)
"""What a call of Slack raises: a refusal, a broken connection, an answer that is no JSON."""

_ERROR_NAME = re.compile(r"[a-z_]{1,60}")
log = logging.getLogger(__name__)
T = TypeVar("T")


class Caller(Struct, frozen=True):
    """Who asked, and where they may be answered; in a card's modal that is the modal: `view`."""

    user: str
    channel: str = ""
    response_url: str = ""
    view: str = ""

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Caller":
        """Read it from a command, a click or a submitted modal."""
        user = body.get("user_id") or body.get("user", {}).get("id", "")
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id", "")
        view = body.get("view") or {}
        shown = str(view.get("id", "")) if view.get("callback_id") == ViewId.CARD else ""
        return cls(user, channel, body.get("response_url") or "", shown)


class Patience:
    """How long a person waits before hearing that we work on it: once for all we ask meanwhile."""

    def __init__(self, until: float, on_slow: Callable[[], object]) -> None:
        self._until = until
        self._on_slow: Callable[[], object] | None = on_slow

    async def run_out(self) -> None:
        """Wait until it runs out, then say so, in a thread; the second time there is nothing."""
        if self._on_slow is None:
            return
        await trio.sleep_until(self._until)
        on_slow, self._on_slow = self._on_slow, None
        await trio.to_thread.run_sync(on_slow)


class Progressing(Patience):
    """For what takes long: after it ran out, people hear now and then how far it is.

    `on_progress` runs in a thread at each of `PROGRESS_AT_SECONDS`: a response_url of Slack's takes
    five words in all.
    """

    def __init__(
        self, until: float, on_slow: Callable[[], object], on_progress: Callable[[], object]
    ) -> None:
        super().__init__(until, on_slow)
        self._began = until
        self._on_progress = on_progress

    async def run_out(self) -> None:
        """Wait until it runs out, say so, and go on saying."""
        await super().run_out()
        for seconds in PROGRESS_AT_SECONDS:
            await trio.sleep_until(self._began + seconds)
            await trio.to_thread.run_sync(self._on_progress)


class Line:
    """The desk, asked from a thread; and the present, told to those who check definitions."""

    def __init__(self, desk: Desk, settings: BotSettings, now_ms: Callable[[], int]) -> None:
        self._desk = desk
        self.members = desk.members
        self.settings = settings
        self.now_ms = now_ms
        self.examples = Examples()
        """The trails below the rehearsals that people asked for lately."""
        self._works = trio.CapacityLimiter(WORKS_AT_ONCE_MAX)
        self.changed: Callable[[], None] = lambda: None
        """Called in Trio's thread after something was done."""

    def patience(self, on_slow: Callable[[], object]) -> Patience:
        """Start to wait: `on_slow` runs once, in a thread, if our answers take their time."""
        now = trio.from_thread.run_sync(trio.current_time)
        return Patience(now + SLOW_SECONDS, on_slow)

    def progressing(
        self, on_slow: Callable[[], object], on_progress: Callable[[], object]
    ) -> Progressing:
        """Start to wait for something that takes long."""
        now = trio.from_thread.run_sync(trio.current_time)
        return Progressing(now + SLOW_SECONDS, on_slow, on_progress)

    def ask(self, request: Request, patience: Patience) -> Answer:
        """Ask the desk and wait, if whoever asks has the role that it needs.

        Raises trio.TooSlowError if no answer comes at all.
        """
        refused = self.members.refusal(request)
        if refused is not None:
            return refused
        if isinstance(request, Publish):
            request = structs.replace(request, undo_seconds=self.settings.undo_seconds)
        return trio.from_thread.run(self._ask, request, patience)

    def during(self, work: Callable[[], T], patience: Patience) -> T:
        """Do something long in a thread of its own, while whoever waits hears of it."""
        return trio.from_thread.run(self._during, work, patience)

    def turned_away(self, client: WebClient, caller: Caller, kind: type) -> bool:
        """Tell whoever may not ask such a thing so, before a form for it is opened."""
        if self.members.may(caller.user, kind):
            return False
        refused = self.members.refused(kind)
        tell(client, caller, answers.refused(refused))
        return True

    def find(self, name: str, patience: Patience) -> CampaignView | Refused:
        """Return a campaign by its name or id, or why there is none."""
        answer = self.ask(Show(name), patience)
        if isinstance(answer, Done) and answer.campaign is not None:
            return answer.campaign
        assert isinstance(answer, Refused), "the desk shows a campaign or refuses"
        return answer

    async def _during(self, work: Callable[[], T], patience: Patience) -> T:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(patience.run_out)
            done = await trio.to_thread.run_sync(work, limiter=self._works)
            nursery.cancel_scope.cancel()
        return done

    async def _ask(self, request: Request, patience: Patience) -> Answer:
        with trio.fail_after(ANSWER_SECONDS_MAX):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(patience.run_out)
                answer = await self._desk.ask(request)
                nursery.cancel_scope.cancel()
                if not isinstance(request, Show) and isinstance(answer, Done | PausedAll):
                    self.changed()
                return answer


def tell(client: WebClient, caller: Caller, message: Message, *, replace: bool = False) -> None:
    """Say something to one person: at the place of their click or command, or directly.

    `replace` puts it in place of the message that was clicked. What Slack does not take is logged:
    there is nobody else to tell.
    """
    if caller.view and _shown(client, caller.view, message):
        return
    if caller.response_url and _responded(caller.response_url, message, replace=replace):
        return
    blocks = list(message.blocks)
    if caller.channel:
        try:
            client.chat_postEphemeral(
                channel=caller.channel, user=caller.user, text=message.text, blocks=blocks
            )
        except SLACK_FAILED as error:
            log.info("No word to %s in %s: %s", caller.user, caller.channel, reason(error))
        else:
            return
    try:
        client.chat_postMessage(channel=caller.user, text=message.text, blocks=blocks)
    except SLACK_FAILED as error:
        log.warning("No word reached %s: %s", caller.user, reason(error))


def open_above(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> str:
    """Open a modal for whoever pressed, and return its id; pressed in a modal, above that one."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    opens = client.views_push if in_modal else client.views_open
    return str(opens(trigger_id=body["trigger_id"], view=view)["view"]["id"])


def update_if_open(
    client: WebClient,
    view_id: str,
    fresh: dict[str, Any],
    view_hash: str = "",
    *,
    again: Callable[[], dict[str, Any]] | None = None,
) -> str:
    """Replace a modal, and return its new hash; "": it was closed meanwhile, and nobody waits.

    A second change may have come close by: then what `again` makes is shown, or this all the same.
    """
    seen = {"hash": view_hash} if view_hash else {}
    try:
        answer = client.views_update(view_id=view_id, view=fresh, **seen)
    except SlackApiError as error:
        match answered(error):
            case "hash_conflict":
                return update_if_open(client, view_id, again() if again is not None else fresh)
            case "not_found":
                return ""
            case _:
                raise
    return str((answer.get("view") or {}).get("hash") or "")


def reason(error: BaseException) -> str:
    """Return what went wrong with Slack, without the request, which may hold secrets."""
    return answered(error) or type(error).__name__


def answered(error: BaseException) -> str:
    """Return the name that Slack itself gave its refusal; empty if nobody knows what it did."""
    if not isinstance(error, SlackApiError):
        return ""
    name = str(error.response.get("error", ""))
    return name if _ERROR_NAME.fullmatch(name) else ""


def _shown(client: WebClient, view: str, message: Message) -> bool:
    """Put it into the modal; False: it was closed meanwhile, or Slack does not take it."""
    try:
        return bool(update_if_open(client, view, card_view(message)))
    except SLACK_FAILED as error:
        log.warning("A modal was not brought up to date: %s", reason(error))
        return False


def _responded(url: str, message: Message, *, replace: bool) -> bool:
    client = WebhookClient(url, timeout=RESPONSE_SECONDS_MAX, logger=SLACK_LOG)
    said: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks)}
    said |= {"replace_original": True} if replace else {"response_type": "ephemeral"}
    if not replace:
        said["replace_original"] = False
    try:
        answer = client.send_dict(said)
        if answer.status_code != HTTP_OK and "invalid_blocks" in answer.body:
            del said["blocks"]  # a Slack that does not know a block is told the words alone
            answer = client.send_dict(said)
        return answer.status_code == HTTP_OK  # noqa: TRY300 - there is no other way on
    except SLACK_FAILED:
        return False
