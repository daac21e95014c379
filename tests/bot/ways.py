"""Everything that can be pressed, submitted or typed in Slack, and the roles that it needs."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct, structs
from slack_bolt import BoltResponse

from actors import mail
from actors.mail import Refused
from actors.mail_audience import ExportAudience
from actors.mail_content import Preview, TestSend
from actors.mail_limits import LowerCap
from actors.mail_shelf import Archive, Undo
from actors.mail_trust import ConfirmConnection, DropAside, PauseAll, RetryAside, VerifyConnection
from bot import modals
from bot.audience_form import Wanted, save_form
from bot.list_form import list_form
from bot.refs import Memo, Ref
from bot.sample_form import sample_form
from bot.wizard.preview_listeners import seen_view
from bot.wizard.step import StepName
from domain.roles import Role
from tests.bot.audiences import line_of
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.wire import ANA, Wire, look_home, opened
from tests.bot.wizard.kit import MEMO, stands

ALL = frozenset(Role)
WRITERS = frozenset({Role.MARKETER, Role.ADMIN})
SAFE = WRITERS | {Role.APPROVER}
APPROVERS, ADMINS = frozenset({Role.APPROVER}), frozenset({Role.ADMIN})
KEEPERS = frozenset({Role.PRIVACY, Role.ADMIN})
HOME: dict[str, Any] = {"id": "V0", "type": "home", "blocks": []}
REF = str(Ref("c1", draft(PAST).hash))
RUN = str(Ref("c1", draft(PAST).hash, "now"))
NORTH = Memo("C0MAIN", about="North")
REVIEW = StepName.REVIEW
STEPS = f'[0,"ann","{PAST.name}"]'
FRESH = modals.EXAMPLE.replace(PAST.name, "Fresh")


Act: TypeAlias = Callable[[Wire, FakeDesk], Awaitable[Any]]


class Way(Struct, frozen=True):
    """What somebody does, and the roles of which one is needed.

    `asks` is the kind of request that it leads to, where it does at once. `quiet`: nobody is told
    anything; what somebody without the role enters is merely not kept.
    """

    act: Act
    needs: frozenset[Role]
    asks: type | None = None
    quiet: bool = False


def press(action: str, value: str = REF) -> Act:
    return lambda wire, _: wire.press(ANA, action, value)


def home(action: str, value: str = "c1") -> Act:
    return lambda wire, _: wire.in_view(ANA, action, HOME, value=value)


def form(action: str, at: StepName = StepName.WHO, value: str = "") -> Act:
    return lambda wire, desk: wire.in_view(ANA, action, stands(desk, PAST, at), value=value)


def of_one(action: str) -> Act:
    """Press a button in the modal of one thing that is set aside."""
    view = modals.waiting_view(Memo()) | {"id": "V1", "hash": "h"}
    return lambda wire, _: wire.in_view(ANA, action, view, value="m1_a")


def submit(view: dict[str, Any], **entered: str) -> Act:
    return lambda wire, _: wire.submit(ANA, opened(view, entered))


def of_wizard(view: dict[str, Any], **entered: str) -> Act:
    """Submit a modal that stands above the wizard, or in its place."""

    async def act(wire: Wire, desk: FakeDesk) -> Any:
        stands(desk, PAST, REVIEW)
        return await wire.submit(ANA, opened(view, entered))

    return act


def typed(text: str) -> Act:
    return lambda wire, _: wire.command(ANA, text)


def payload(kind: str, **more: Any) -> Act:
    def act(wire: Wire, desk: FakeDesk) -> Awaitable[BoltResponse]:
        view = stands(desk, PAST, StepName.WHO)
        return wire.interact(type=kind, user={"id": ANA, "team_id": "T1"}, view=view, **more)

    return act


async def saved(wire: Wire, desk: FakeDesk) -> Any:
    return await wire.submit(ANA, stands(desk, structs.replace(PAST, name="Fresh"), REVIEW))


CHOSEN = {"selected_option": {"value": "report:c1"}, "action_id": "more", "type": "overflow"}
MENU = {"block_id": "who.name_0", "action_id": "pick", "value": "Ord"}
WAYS: dict[str, Way] = {
    # cards and alerts
    "action submit": Way(press("submit"), WRITERS, mail.Submit),
    "action approve": Way(press("approve"), APPROVERS, mail.Approve),
    "action publish": Way(press("publish"), WRITERS, mail.Publish),
    "action resume": Way(press("resume"), WRITERS, mail.Resume),
    "action pause": Way(press("pause"), SAFE, mail.Pause),
    "action stop": Way(press("stop"), SAFE, mail.Stop),
    "action stop_blocked": Way(press("stop_blocked", RUN), SAFE, mail.Stop),
    "action undo": Way(press("undo"), SAFE, Undo),
    "action show": Way(press("show"), ALL),
    "action rehearse": Way(press("rehearse"), ALL),
    "action trail": Way(press("trail", "gone:1"), ALL),
    "action report": Way(press("report"), ALL),
    "action see_message": Way(press("see_message"), SAFE, Preview),
    "action more": Way(
        lambda wire, _: wire.interact(
            type="block_actions",
            user={"id": ANA, "team_id": "T1"},
            container={"type": "message", "channel_id": "C0REVIEW", "message_ts": "1.0001"},
            response_url=wire.slack.response_url,
            actions=[CHOSEN],
        ),
        ALL,
    ),
    "action send_sample": Way(press("send_sample", RUN), WRITERS, mail.SendSample),
    "action skip_run": Way(press("skip_run", RUN), WRITERS, mail.SkipRun),
    "action request_changes": Way(press("request_changes"), APPROVERS),
    "action raise_limit": Way(press("raise_limit", RUN), WRITERS),
    "view changes": Way(
        submit(modals.changes_view(Memo("C0MAIN", Ref.read(REF))), comment="shorter"),
        APPROVERS,
        mail.RequestChanges,
    ),
    "view raise": Way(
        submit(modals.raise_view(Memo("C0MAIN", Ref.read(RUN))), limit="90"),
        WRITERS,
        mail.RaiseLimit,
    ),
    "action edit": Way(press("edit"), WRITERS),
    "action clone": Way(press("clone"), WRITERS),
    # what is wrong
    "action connection_seen": Way(press("connection_seen", "ABC234"), WRITERS, ConfirmConnection),
    "action connection_absent": Way(
        press("connection_absent", "ABC234"), WRITERS, ConfirmConnection
    ),
    "action verify_connection": Way(press("verify_connection", "v"), WRITERS, VerifyConnection),
    "action accept_clock": Way(press("accept_clock", "5"), ADMINS, mail.AcceptClock),
    "action retry_aside": Way(press("retry_aside", "c1"), ADMINS, RetryAside),
    "action drop_aside": Way(press("drop_aside", "c1"), ADMINS, DropAside),
    "action list_aside": Way(press("list_aside", "c1"), SAFE),
    "action newer_aside": Way(press("newer_aside", "0:c1"), SAFE),
    "action older_aside": Way(press("older_aside", "1:c1"), SAFE),
    "action show_aside": Way(press("show_aside", "dead:m1_a"), SAFE),
    "action retry_one": Way(of_one("retry_one"), ADMINS, RetryAside),
    "action drop_one": Way(of_one("drop_one"), ADMINS, DropAside),
    "action choose_pause": Way(press("choose_pause", "all"), SAFE),
    "action draft_again": Way(press("draft_again", "c1"), WRITERS),
    "action pause_all": Way(press("pause_all", "all"), SAFE, PauseAll),
    "action resume_all": Way(press("resume_all", "all"), WRITERS),
    # lists, previews and audiences
    "action newer_page": Way(press("newer_page", "0"), ALL),
    "action older_page": Way(press("older_page", "0"), ALL),
    "action newer_steps": Way(press("newer_steps", STEPS), ALL),
    "action older_steps": Way(press("older_steps", STEPS), ALL),
    "action whole_report": Way(press("whole_report", "c1"), ALL),
    "action whole_audiences": Way(press("whole_audiences", "c1"), ALL),
    "action report_file": Way(press("report_file", "c1"), ALL),
    "action preview_variant": Way(
        lambda wire, _: wire.choose(ANA, "preview_variant", "A", block="c1:ann"), SAFE, Preview
    ),
    "action send_test": Way(press("send_test", "c1:A"), WRITERS, TestSend),
    "action reach_audience": Way(press("reach_audience", "North"), ALL),
    "action export_sample": Way(press("export_sample", "North"), KEEPERS),
    "view export_sample": Way(submit(sample_form(NORTH)), KEEPERS, ExportAudience),
    "action save_audience": Way(press("save_audience", "new"), WRITERS),
    "view save_audience": Way(
        submit(save_form(Memo("C0MAIN"), Wanted("North"), campaigns=(line_of(draft(PAST)),))),
        WRITERS,
    ),
    "action import_list": Way(press("import_list", "new"), WRITERS),
    "view import_list": Way(
        submit(list_form(Memo("C0MAIN")), name="Fair", file="F1:fair.csv"), WRITERS
    ),
    # the form of a campaign
    "action keep": Way(form("keep"), WRITERS, quiet=True),
    "action redraw": Way(form("redraw"), WRITERS),
    "action pick": Way(form("pick"), WRITERS),
    "action ^row_[a-z]+$": Way(form("row_add", value="add.did"), WRITERS),
    "action ^go_[a-z]+$": Way(form("go_what", value="what"), WRITERS),
    "action replace": Way(form("replace", value="who.kept"), WRITERS),
    "action save_who": Way(form("save_who"), WRITERS),
    "action start_over": Way(form("start_over"), WRITERS),
    "action paste_instead": Way(form("paste_instead"), WRITERS),
    "action see": Way(form("see", REVIEW), WRITERS, Preview),
    "action form_instead": Way(
        lambda wire, _: wire.in_view(
            ANA, "form_instead", opened(modals.paste_view(MEMO), {"text": modals.EXAMPLE})
        ),
        WRITERS,
    ),
    "view draft": Way(saved, WRITERS, mail.Draft),
    "view paste": Way(of_wizard(modals.paste_view(MEMO), text=FRESH), WRITERS, mail.Draft),
    "view seen": Way(of_wizard(seen_view(MEMO, Refused("No.", "Yes."))), WRITERS, Preview),
    "view_closed draft": Way(payload("view_closed"), WRITERS, quiet=True),
    "options pick": Way(payload("block_suggestion", **MENU), WRITERS, quiet=True),
    # the home tab
    "event app_home_opened": Way(lambda wire, _: look_home(wire, ANA), ALL),
    "action home_look": Way(home("home_look"), ALL),
    "action home_answer": Way(home("home_answer"), ALL),
    "action home_new": Way(home("home_new"), WRITERS),
    # commands
    "/campaign help": Way(typed("help"), ALL),
    "/campaign new": Way(typed("new"), WRITERS),
    "/campaign list": Way(typed("list"), ALL),
    "/campaign show": Way(typed(f"show {PAST.name}"), ALL),
    "/campaign report": Way(typed(f"report {PAST.name}"), ALL),
    "/campaign rehearse": Way(typed(f"rehearse {PAST.name}"), ALL),
    "/campaign why": Way(typed(f"why ann {PAST.name}"), ALL),
    "/campaign aside": Way(typed(f"aside {PAST.name}"), SAFE),
    "/campaign preview": Way(typed(f"preview ann {PAST.name}"), SAFE, Preview),
    "/campaign test": Way(typed(f"test ann {PAST.name}"), WRITERS, TestSend),
    "/campaign reach": Way(typed(f"reach {PAST.name}"), ALL),
    "/campaign limits": Way(typed("limits"), ALL),
    "/campaign audience": Way(typed("audience list"), ALL),
    "/campaign audience save": Way(typed("audience save North"), WRITERS),
    "/campaign audience import": Way(typed("audience import Fair"), WRITERS),
    "/campaign audience export": Way(typed("audience export North"), KEEPERS),
    "/campaign submit": Way(typed(f"submit {PAST.name}"), WRITERS, mail.Submit),
    "/campaign publish": Way(typed(f"publish {PAST.name}"), WRITERS, mail.Publish),
    "/campaign undo": Way(typed(f"undo {PAST.name}"), SAFE, Undo),
    "/campaign pause": Way(typed(f"pause {PAST.name}"), SAFE, mail.Pause),
    "/campaign resume": Way(typed(f"resume {PAST.name}"), WRITERS, mail.Resume),
    "/campaign stop": Way(typed(f"stop {PAST.name}"), SAFE, mail.Stop),
    "/campaign lower": Way(typed(f"lower {PAST.name} to 1"), SAFE, LowerCap),
    "/campaign edit": Way(typed(f"edit {PAST.name}"), WRITERS),
    "/campaign clone": Way(typed(f"clone {PAST.name}"), WRITERS),
    "/campaign archive": Way(typed(f"archive {PAST.name}"), WRITERS, Archive),
    "/campaign unarchive": Way(typed(f"unarchive {PAST.name}"), WRITERS, Archive),
}
