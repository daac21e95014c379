"""The slash command: ack, read, ask, show."""

from collections.abc import Callable
from typing import Any, assert_never

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import (
    Answer,
    BackedUp,
    Done,
    Draft,
    ListAll,
    Listed,
    Pause,
    Publish,
    Reached,
    Refused,
    Request,
    Resume,
    Show,
    Stop,
    Submit,
)
from actors.mail_audience import Audiences, AudienceShown, Exported
from actors.mail_content import Previewed
from actors.mail_copy import CopyStatus
from actors.mail_files import FileStands
from actors.mail_forms import FormStands
from actors.mail_intake import Intake
from actors.mail_names import NamesFound
from actors.mail_people import UserShown
from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report, ShowReport
from actors.mail_schema import Schema
from actors.mail_shelf import Archive
from actors.mail_trust import Aside, Connection, PausedAll, Told
from bot import answers, connection, inquiry, rehearsal_card, views
from bot.blocks import Message
from bot.ids import COMMAND, ActionId
from bot.line import Caller, Line, Patience, tell
from bot.rehearsing import rehearse
from bot.report_card import pictured, report_card
from bot.wizard.opening import open_edit, open_new
from bot.wizard.unfinished import Forms

_QUOTES = ('""', "''", "``", "“”", "\u2018\u2019", "«»")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_ABOUT_A_USER = ("why", "preview", "test")
_REQUESTS: dict[str, Callable[[str, str], Request]] = {
    "show": lambda name, _by: Show(name),
    "report": lambda name, _by: ShowReport(name),
    "submit": Submit,
    "publish": Publish,
    "pause": Pause,
    "resume": Resume,
    "stop": Stop,
    "archive": Archive,
    "unarchive": lambda name, by: Archive(name, by, archived=False),
}


class Commands:
    """`/campaign ...`, and the pages of its list."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.command(COMMAND)(self.command)
        app.action(ActionId.NEWER_PAGE)(self.page_turned)
        app.action(ActionId.OLDER_PAGE)(self.page_turned)
        app.action(ActionId.PREVIEW_VARIANT)(self.variant_chosen)

    def command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Answer one command. The form opens first: its trigger lasts 3 seconds."""
        ack()
        caller = Caller.of(body)
        command, name = parse(body.get("text") or "")
        if command == "new":
            if self._line.turned_away(client, caller, Draft):
                return
            open_new(self._line, self._forms, client, body["trigger_id"], caller)
            return
        if command == "clone" and name:
            if not self._line.turned_away(client, caller, Draft):
                trigger = body["trigger_id"]
                open_edit(self._line, self._forms, client, trigger, caller, name, copy=True)
            return
        tell(client, caller, self._answer(command, name, caller, client))

    def page_turned(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show another page of the list in place of this one."""
        ack()
        caller = Caller.of(body)
        answer = self._line.ask(ListAll(), self._patience(client, caller))
        page = int(body["actions"][0]["value"])
        if isinstance(answer, Listed):
            tell(client, caller, answers.listing(answer.campaigns, page), replace=True)

    def variant_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show the preview of another variant in place of this one."""
        ack()
        caller = Caller.of(body)
        request = inquiry.another_variant(body["actions"][0], caller.user)
        answer = self._line.ask(request, self._patience(client, caller))
        tell(client, caller, said(answer), replace=isinstance(answer, Previewed))

    def _answer(self, command: str, name: str, caller: Caller, client: WebClient) -> Message:
        if command in ("", "help"):
            return answers.help_text()
        if command == "list":
            request: Request = ListAll(archived=name.casefold() == "archived")
        elif command == "rehearse" and name:
            return rehearse(self._line, client, caller, name)
        elif command in _ABOUT_A_USER and name:
            wanted = inquiry.request_of(command, name, caller.user)
            if isinstance(wanted, Refused):
                return answers.refused(wanted)
            request = wanted
        elif command not in {*_REQUESTS, *_ABOUT_A_USER, "rehearse"}:
            return answers.unknown_command(command)
        elif not name:
            return answers.name_missing(command)
        else:
            request = _REQUESTS[command](name, caller.user)
        answer = self._line.ask(request, self._patience(client, caller))
        if isinstance(request, Show) and isinstance(answer, Done) and answer.campaign:
            zone = self._line.settings.zone
            return views.campaign_card(answer.campaign, zone, caller.user)
        if isinstance(answer, Report):
            return pictured(client, answer)
        return said(answer)

    def _patience(self, client: WebClient, caller: Caller) -> Patience:
        return self._line.patience(lambda: tell(client, caller, answers.working()))


def parse(text: str) -> tuple[str, str]:
    """Return the subcommand and the name after it, without its quotes if it has some."""
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    command, _, name = text.strip().partition(" ")
    name = name.strip()
    if len(name) > 1 and name[0] + name[-1] in _QUOTES:
        name = name[1:-1].strip()
    return command.lower(), name


def said(answer: Answer) -> Message:
    """Return any answer of the desk as words for the person who asked."""
    match answer:
        case Done():
            return answers.done(answer)
        case Refused():
            return answers.refused(answer)
        case Listed(campaigns):
            return answers.listing(campaigns)
        case Report():
            return report_card(answer)
        case Rehearsed():
            return rehearsal_card.rehearsal_card(answer)
        case Connection():
            return connection.told(answer)
        case Reached() | FormStands():
            raise AssertionError("only the form asks for the reach, and for what stands in it")
        case Told():
            return inquiry.told(answer)
        case Previewed():
            return inquiry.previewed(answer)
        case BackedUp() | Aside() | PausedAll() | Intake() | UserShown() | FileStands():
            raise AssertionError("only the command line asks for these")
        case Audiences() | AudienceShown() | Exported() | CopyStatus() | Schema() | NamesFound():
            raise AssertionError("only the command line and menus ask for these")
        case _:
            assert_never(answer)
