"""The slash command: ack, read, ask, show."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import (
    Answer,
    Done,
    Draft,
    ListAll,
    Listed,
    Pause,
    Publish,
    Refused,
    Request,
    Resume,
    Show,
    Stop,
    Submit,
)
from actors.mail_audience import Audiences, ListAudiences, ReachCampaign
from actors.mail_content import Previewed
from actors.mail_limits import ShowLimits
from actors.mail_report import Report, ShowReport
from actors.mail_shelf import Archive, Undo
from actors.mail_trust import PauseAll, Told, Why
from bot import (
    answers,
    audience_card,
    audience_list,
    inquiry,
    lowering,
    message_card,
    pausing,
    resume_list,
)
from bot.answers import USES
from bot.aside_listeners import AsideListeners
from bot.audience_forms import AudienceForms
from bot.awaited import own_card
from bot.blocks import Message
from bot.ids import COMMAND, ActionId
from bot.line import Caller, Line, Patience, tell
from bot.lists import listing
from bot.quoted import unquoted
from bot.rehearsing import rehearse
from bot.report_card import pictured
from bot.saying import said
from bot.wizard.opening import Opening

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_ABOUT_A_USER = ("why", "preview", "test")
_IN_A_FORM = ("edit", "clone")
_NAMELESS = frozenset({"aside", "limits", "audience", "pause", "resume"})
"""What asks about everything if nothing is named."""
_ARCHIVED = "archived"
_FOR_ALL = ("pause", "stop", "resume")
_EVERYTHING = frozenset({"all", "everything", "all campaigns"})
"""What is typed after those in a hurry; a campaign of that name comes first."""
_REQUESTS: dict[str, Callable[[str, str], Request]] = {
    "show": lambda name, _by: Show(name),
    "report": lambda name, _by: ShowReport(name),
    "reach": lambda name, _by: ReachCampaign(name),
    "limits": lambda name, _by: ShowLimits(name),
    "submit": Submit,
    "publish": Publish,
    "undo": Undo,
    "pause": Pause,
    "resume": Resume,
    "stop": Stop,
    "archive": Archive,
    "unarchive": lambda name, by: Archive(name, by, archived=False),
}


class Commands:
    """`/campaign ...`, and the buttons of what it answers with."""

    def __init__(
        self, line: Line, opening: Opening, audiences: AudienceForms, asides: AsideListeners
    ) -> None:
        self._audiences = audiences
        self._asides = asides
        self._line = line
        self._zone = line.settings.zone
        self._opening = opening

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.command(COMMAND)(self.command)
        app.action(ActionId.NEWER_PAGE)(self.page_turned)
        app.action(ActionId.OLDER_PAGE)(self.page_turned)
        app.action(ActionId.PAUSE_ALL)(self.pause_all_pressed)
        app.action(ActionId.RESUME_ALL)(self.resume_all_pressed)
        app.action(ActionId.PREVIEW_VARIANT)(self.variant_chosen)
        app.action(ActionId.SEND_TEST)(self.test_pressed)

    def command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Answer one command. The form opens first: its trigger lasts 3 seconds."""
        ack()
        caller = Caller.of(body)
        command, name = parse(body.get("text") or "")
        if command == "new":
            if self._line.turned_away(client, caller, Draft):
                return
            self._opening.new(client, body["trigger_id"], caller)
            return
        if command in _IN_A_FORM and name:
            if not self._line.turned_away(client, caller, Draft):
                trigger, copy = body["trigger_id"], command == "clone"
                self._opening.edit(client, trigger, caller, name, copy=copy)
            return
        if command == "audience":
            trigger = body["trigger_id"]
            if self._audiences.opened(client, trigger, caller, name):
                return
        tell(client, caller, self._answer(command, name, caller, client))

    def page_turned(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show another page of the list in place of this one."""
        ack()
        caller = Caller.of(body)
        of, _, page = str(body["actions"][0]["value"]).rpartition(":")
        if of == audience_list.OF:
            found = self._line.ask(ListAudiences(), self._patience(client, caller))
            if isinstance(found, Audiences):
                tell(client, caller, audience_list.listed(found, int(page)), replace=True)
            return
        archived = of == _ARCHIVED
        answer = self._line.ask(ListAll(archived), self._patience(client, caller))
        if isinstance(answer, Listed):
            shown = listing(answer.campaigns, self._zone, int(page), archived=archived)
            tell(client, caller, shown, replace=True)

    def pause_all_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Pause everything, for whoever saw the list of what can be paused."""
        ack()
        caller = Caller.of(body)
        answer = self._line.ask(PauseAll(by=caller.user), self._patience(client, caller))
        tell(client, caller, said(answer, self._zone), replace=not isinstance(answer, Refused))

    def resume_all_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Resume what people paused, one by one, and say what came of each."""
        ack()
        caller = Caller.of(body)
        if self._line.turned_away(client, caller, Resume):
            return
        patience = self._patience(client, caller)
        listed = self._line.ask(ListAll(), patience)
        assert isinstance(listed, Listed), "the desk lists what there is"
        told = []
        for line in resume_list.paused_by_people(listed.campaigns):
            answer = self._line.ask(Resume(line.id, caller.user), patience)
            match answer:
                case Done(message=message):
                    told.append(message)
                case Refused(what=what, fix=fix):  # somebody was quicker: the others go on
                    told.append(f"{line.name}: {what} {fix}".strip())
        tell(client, caller, resume_list.resumed(told), replace=True)

    def variant_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show the preview of another variant in place of this one."""
        ack()
        caller = Caller.of(body)
        request = message_card.another_variant(body["actions"][0], caller.user)
        answer = self._line.ask(request, self._patience(client, caller))
        tell(client, caller, said(answer, self._zone), replace=isinstance(answer, Previewed))

    def test_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Send the variant that a preview shows to the operator's test users."""
        ack()
        caller = Caller.of(body)
        request = message_card.test_of(body["actions"][0], caller.user)
        answer = self._line.ask(request, self._patience(client, caller))
        tell(client, caller, said(answer, self._zone))

    def _answer(self, command: str, name: str, caller: Caller, client: WebClient) -> Message:
        if command in ("", "help"):
            return answers.help_text()
        if command == "list":
            request: Request = ListAll(archived=name.casefold() == _ARCHIVED)
        elif command == "rehearse" and name:
            return rehearse(self._line, client, caller, name)
        elif command == "aside":
            return self._asides.listed(caller, name, self._patience(client, caller))
        elif (wanted := _wanted(command, name, caller.user)) is not None:
            if isinstance(wanted, Refused):
                return answers.refused(wanted)
            request = wanted
        elif command not in {*USES, *_REQUESTS}:
            return self._named_or_unknown(command, name, caller, client)
        elif not name and command not in _NAMELESS:
            return answers.name_missing(command)
        elif command in _FOR_ALL and self._means_everything(name, caller, client):
            return self._choices(command, client, caller)
        else:
            request = _REQUESTS[command](name, caller.user)
        answer = self._line.ask(request, self._patience(client, caller))
        if isinstance(request, Why) and isinstance(answer, Refused):
            turned = inquiry.name_first(name)
            other = turned and self._line.ask(turned, self._patience(client, caller))
            if turned and isinstance(other, Told):
                request, answer = turned, other
        return self._shown(request, answer, caller, client)

    def _shown(
        self, request: Request, answer: Answer, caller: Caller, client: WebClient
    ) -> Message:
        if isinstance(request, Show) and isinstance(answer, Done) and answer.campaign:
            return own_card(answer.campaign, self._line, caller.user)
        if isinstance(answer, Report):
            return pictured(client, answer)
        if isinstance(request, Why) and isinstance(answer, Told):
            return inquiry.told(answer, request)
        if isinstance(request, ListAll) and isinstance(answer, Listed):
            return listing(answer.campaigns, self._zone, archived=request.archived)
        return said(answer, self._zone)

    def _means_everything(self, name: str, caller: Caller, client: WebClient) -> bool:
        if name.casefold() not in _EVERYTHING:
            return not name
        return isinstance(self._line.find(name, self._patience(client, caller)), Refused)

    def _choices(self, command: str, client: WebClient, caller: Caller) -> Message:
        """Return what can be paused or resumed, each with a button."""
        resumes = command == "resume"
        kind = Resume if resumes else Pause
        if not self._line.members.may(caller.user, kind):
            return answers.refused(self._line.members.refused(kind))
        answer = self._line.ask(ListAll(), self._patience(client, caller))
        assert isinstance(answer, Listed), "the desk lists what there is"
        return (resume_list.resume_list if resumes else pausing.pause_list)(answer.campaigns)

    def _patience(self, client: WebClient, caller: Caller) -> Patience:
        return self._line.patience(lambda: tell(client, caller, answers.working()))

    def _named_or_unknown(
        self, command: str, name: str, caller: Caller, client: WebClient
    ) -> Message:
        """Show the campaign if all that was typed is its name."""
        found = self._line.find(f"{command} {name}".strip(), self._patience(client, caller))
        if isinstance(found, Refused):
            return answers.unknown_command(command)
        return own_card(found, self._line, caller.user)


def _wanted(command: str, rest: str, by: str) -> Request | Refused | None:
    """Return what a command asks that takes more than a name, or another thing; None: no such."""
    if command == "audience":
        return audience_card.request_of(rest)
    if command in _ABOUT_A_USER and rest:
        return inquiry.request_of(command, rest, by)
    return lowering.request_of(rest, by) if command == "lower" and rest else None


def parse(text: str) -> tuple[str, str]:
    """Return the subcommand and the name after it, without its quotes if it has some."""
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    command, _, name = text.strip().partition(" ")
    return command.lower(), unquoted(name)
