"""The Bolt app: made without a word to Slack, with every listener and an answer to failures."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import answers
from bot.aside_listeners import AsideListeners
from bot.audience_forms import AudienceForms
from bot.audience_saving import AudienceSaving
from bot.blocks import Message, section
from bot.card_listeners import CardListeners
from bot.commands import Commands
from bot.connection_listeners import ConnectionListeners
from bot.directory import Directory
from bot.example_listeners import ExampleListeners
from bot.home_listeners import HomeListeners
from bot.home_tab import Homes
from bot.ids import COMMAND, ActionId
from bot.inquiry_listeners import InquiryListeners
from bot.line import Caller, Line, answered, log, tell
from bot.list_listeners import ListListeners
from bot.modals import said_view
from bot.more import MoreListeners
from bot.notice_listeners import NoticeListeners
from bot.ports import Desk
from bot.quiet import SLACK_LOG
from bot.replay import Verification
from bot.report_file import ReportFiles
from bot.rights import Rights
from bot.sample_listeners import SampleListeners
from bot.settings import BotSettings
from bot.whole_listeners import WholeListeners
from bot.wizard.listeners import WizardListeners
from bot.wizard.menu_listeners import MenuListeners
from bot.wizard.opening import Opening
from bot.wizard.preview_listeners import PreviewListeners
from bot.wizard.reaching import Reaching
from bot.wizard.saving import Saving
from bot.wizard.text_listeners import TextListeners
from bot.wizard.unfinished import Forms

CALL_SECONDS_MAX = 10
"""How long one call of Slack's API may take; shutdown waits as long for a call under way."""

_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id"})
_ANYTHING = re.compile("")


def make_client(settings: BotSettings) -> WebClient:
    """Return a client that never sends a request twice by itself."""
    return WebClient(
        token=settings.bot_token,
        base_url=settings.api_url,
        timeout=CALL_SECONDS_MAX,
        logger=SLACK_LOG,
        retry_handlers=[],
    )


def make_app(
    settings: BotSettings,
    desk: Desk,
    directory: Directory,
    *,
    now_ms: Callable[[], int],
    homes: Homes | None = None,
) -> App:
    """Return the app with all its listeners. Its `dispatch` must run in a Trio worker thread.

    `homes` hears who looks at a home tab, and of every change; None: none is drawn.
    """

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Answer from the settings; Bolt itself would ask Slack within the first request."""
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.bot_token
        )

    # Without a secret nobody can sign: then no HTTP request is genuine.
    signing_secret = settings.signing_secret or secrets.token_hex(32)
    app = App(
        name="clarion",
        logger=SLACK_LOG,
        process_before_response=True,
        client=make_client(settings),
        authorize=authorize,
        token_verification_enabled=False,
        request_verification_enabled=False,  # ours is Bolt's, and asks whether it is new as well
        before_authorize=Verification(signing_secret, now_ms),
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(Rights(directory).check)
    app.error(_failed)
    line = Line(desk, settings, now_ms)
    forms = Forms(line)
    reaching = Reaching(line, forms)
    homes = homes or Homes(app.client, desk, directory, settings, now_ms=now_ms)
    line.changed = homes.changed
    opening, saving = Opening(line, forms, reaching), Saving(line, forms)
    cards = CardListeners(line)
    lists, samples, audiences, asides = (
        ListListeners(line),
        SampleListeners(line, forms.long_names),
        AudienceSaving(line, forms),
        AsideListeners(line),
    )
    wizard = WizardListeners(line, forms, reaching, opening, saving)
    for part in (
        Commands(line, opening, AudienceForms(lists, audiences, samples), asides),
        asides,
        InquiryListeners(line),
        ReportFiles(line),
        WholeListeners(line),
        lists,
        samples,
        audiences,
        wizard,
        TextListeners(line, forms, saving),
        PreviewListeners(line, forms),
        MenuListeners(line, forms),
        cards,
        MoreListeners(
            {
                ActionId.EDIT: wizard.edit_pressed,
                ActionId.CLONE: wizard.clone_pressed,
                ActionId.REHEARSE: cards.rehearse_pressed,
                ActionId.REPORT: cards.report_pressed,
                ActionId.REQUEST_CHANGES: cards.changes_pressed,
                ActionId.SEE_MESSAGE: cards.see_pressed,
                ActionId.SHOW: cards.show_pressed,
            }
        ),
        ConnectionListeners(line),
        ExampleListeners(line, line.examples),
        NoticeListeners(line, opening),
        HomeListeners(line, opening, homes),
    ):
        part.register(app)
    app.action(_ANYTHING)(_outdated)
    app.view(_ANYTHING)(_outdated)
    app.options(_ANYTHING)(_nothing)
    app.event(_ANYTHING)(_noted)
    return app


def _outdated(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """Answer a button or a modal that an earlier version of Clarion made, or a plain input."""
    ack()
    if (body.get("actions") or [{}])[0].get("type", "button") == "button":
        text = f"This is from an earlier version of Clarion. `{COMMAND} list` shows what is now."
        tell(client, Caller.of(body), Message(text, (section(text),)))


def _nothing(ack: Ack) -> None:
    """Offer nothing in a menu that an earlier version of Clarion made."""
    ack(options=[])


def _noted(ack: Ack) -> None:
    """Take note of an event; we ask Slack for none."""
    ack()


def _failed(
    error: Exception, body: dict[str, Any], client: WebClient, request: BoltRequest
) -> BoltResponse:
    """Tell the person that it went wrong, under an id that stands in the log too."""
    if answered(error) in _TOO_LATE:
        message = answers.too_late()
    else:
        error_id = secrets.token_hex(3).upper()
        log.error("A request of Slack failed (id %s)", error_id, exc_info=error)
        message = answers.went_wrong(error_id)
    acknowledged = request.context.ack.response
    if body.get("type") == "block_suggestion":  # a menu has no room for words
        return acknowledged or request.context.ack(options=[])
    if body.get("type") == "view_submission" and acknowledged is None:
        return request.context.ack(response_action="update", view=said_view(message.text))
    if acknowledged is None:
        acknowledged = request.context.ack()
    tell(client, Caller.of(body), message)
    return acknowledged
