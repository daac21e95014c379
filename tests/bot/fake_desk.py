"""A desk for the bot's tests: it keeps campaigns in memory, by the life cycle's own table."""

from collections.abc import Callable
from typing import assert_never

import msgspec
import trio

from actors.mail import (
    AcceptClock,
    Announcement,
    Answer,
    Approve,
    BackUp,
    BooksView,
    CampaignView,
    Card,
    Done,
    Draft,
    ListAll,
    Listed,
    Pause,
    Publish,
    RaiseLimit,
    Refused,
    Request,
    RequestChanges,
    Resume,
    RunView,
    SendSample,
    Show,
    ShowClock,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_attention import Attention, Need, ShowAttention
from actors.mail_audience import Weigh, Weighed
from actors.mail_beside import AboutAudience, Beside
from actors.mail_content import Preview, Previewed, TestSend
from actors.mail_forms import DropForm, KeepForm, ShowForm
from actors.mail_intake import Intake, ShowIntake
from actors.mail_limits import LowerCap, ShowLimits
from actors.mail_names import FindNames
from actors.mail_rehearsal import Rehearse, Rehearsed, ShowRehearsal, ShowRehearsing
from actors.mail_report import FreshenCards, MakeDigests, ShowReport, TellHead
from actors.mail_shelf import Archive, Clone, Undo
from actors.mail_text import CheckText
from actors.mail_trust import (
    Aside,
    CheckView,
    ConfirmConnection,
    Connection,
    ConnectionStatus,
    DropAside,
    ListAside,
    PauseAll,
    PausedAll,
    RetryAside,
    ShowAside,
    Told,
    VerifyConnection,
    Why,
)
from actors.membership import Membership
from domain.campaign import content_hash
from domain.review import TABLE, Action, Forbidden, State, may_approve, step
from tests.bot.audiences import ESTIMATE, counted, limits, line_of
from tests.bot.fake_answers import is_about, unknown
from tests.bot.fake_forms import Kept, answer_form
from tests.bot.rehearsals import REHEARSED
from tests.bot.reports import REPORT
from tests.patience import PATIENCE_SECONDS

NOW_MS = 1_790_000_000_000


class FakeDesk:
    """Answers as the engine would. `slow` holds every answer back until it is set."""

    def __init__(self) -> None:
        self.members = Membership()
        self.asked: list[Request] = []
        self.forms: Kept = {}
        self.campaigns: dict[str, CampaignView] = {}
        self.open: list[tuple[Announcement, Card | None]] = []
        self.told: list[tuple[Announcement, Card | None]] = []
        self.changed = trio.Event()
        self.slow: trio.Event | None = None
        self.slow_for: type = object
        self.fails: Exception | None = None
        self.needs: tuple[Need, ...] = ()
        self.cautions: tuple[str, ...] = ()
        self.report = REPORT
        self.rehearsed: Rehearsed | Refused = REHEARSED
        self.check = CheckView("ABC234", "U0ANA", NOW_MS, "accepted")

    async def ask(self, request: Request) -> Answer:
        if not isinstance(request, KeepForm | ShowForm | DropForm):
            self.asked.append(request)
        if self.slow is not None and isinstance(request, self.slow_for):
            await self.slow.wait()
        if self.fails is not None:
            raise self.fails
        return self._answer(request)

    async def announcements(self) -> list[tuple[Announcement, Card | None]]:
        while not self.open:
            await self.changed.wait()
        return list(self.open)

    async def announced(self, announcement: Announcement, card: Card | None) -> None:
        self.open = [
            (each, card if card and is_about(each, announcement) else known)
            for each, known in self.open
            if each.id != announcement.id
        ]
        self.told.append((announcement, card))
        self._wake()

    async def wait_until(self, true: Callable[[], bool]) -> None:
        with trio.fail_after(PATIENCE_SECONDS):
            while not true():
                await self.changed.wait()

    def announce(
        self, kind: str, campaign: str, subject: str = "", body: str = "", card: Card | None = None
    ) -> Announcement:
        number = len(self.open) + len(self.told) + 1
        announcement = Announcement(number, kind, campaign, subject, body)
        self.open.append((announcement, card))
        self._wake()
        return announcement

    def keep(self, view: CampaignView) -> CampaignView:
        self.campaigns[view.id] = view
        return view

    def find(self, name: str) -> CampaignView | None:
        folded = name.casefold()
        views = self.campaigns.values()
        return next((v for v in views if name == v.id or folded == v.name.casefold()), None)

    def block(self, name: str, *, qualified: int, limit: int) -> RunView:
        """Hold the campaign's run by its safety limit."""
        view = self.find(name)
        assert view is not None
        run = RunView("now", "blocked", BooksView(), qualified=qualified, safety_limit=limit)
        self.keep(msgspec.structs.replace(self._moved(view, State.BLOCKED), runs=(run,)))
        return run

    def _wake(self) -> None:
        self.changed.set()
        self.changed = trio.Event()

    def _answer(  # noqa: C901, PLR0911, PLR0912 - one branch for each request
        self, request: Request
    ) -> Answer:
        match request:
            case Draft():
                return self._draft(request)
            case ListAll():
                return Listed(tuple(line_of(view) for view in self.campaigns.values()))
            case Weigh():
                return Weighed(self.cautions, ESTIMATE)
            case ShowAttention():
                return Attention(self.needs)
            case Show(name):
                view = self.find(name)
                return Done("Here it is.", view) if view else unknown(name)
            case Submit(name, by):
                return self._step(name, Action.SUBMIT, "It is in review now.", by)
            case Approve(name, by):
                return self._approve(request)
            case RequestChanges(name, by):
                return self._step(name, Action.REQUEST_CHANGES, "It went back.", by)
            case Publish(name, by):
                return self._step(name, Action.PUBLISH, "It is published.", by)
            case Pause(name, by):
                return self._step(name, Action.PAUSE, "It is paused.", by, wire=3)
            case Resume(name, by):
                return self._step(name, Action.RESUME, "It goes on.", by)
            case Stop(name, by):
                return self._step(name, Action.STOP, "It is stopped.", by)
            case Undo(name, by):
                return self._step(name, Action.EDIT, "It is taken back.", by)
            case Archive(name):
                view = self.find(name)
                return Done("It is in the archive now.", view) if view else unknown(name)
            case SendSample(name, by):
                return self._decide(name, by, "sending")
            case SkipRun(name, by):
                return self._decide(name, by, "skipped")
            case LowerCap(lim=lim):
                return Done(f"The cap is lowered to {lim}.")
            case RaiseLimit():
                return Done("A second person is asked.")
            case AboutAudience():
                return counted(request)
            case ShowLimits():
                return limits(request)
            case ShowReport(name):
                view = self.find(name)
                return self.report if view else unknown(name)
            case ShowRehearsing():
                return Done("Rehearsing 2026-03-01: 5 of 10 events (50 %).")
            case Rehearse(name) | ShowRehearsal(name):
                return self.rehearsed if self.find(name) else unknown(name)
            case Preview(variant="gone"):
                return Refused("There is no variant “gone”.", "Choose another.")
            case Preview():
                return Previewed("What ann would get: 2 bytes.", "ann", ("{}",), 2)
            case TestSend():
                return Done(message="ann: sent as a test.")
            case RetryAside() | DropAside() | MakeDigests() | TellHead() | FreshenCards():
                return Done("It is decided.")
            case KeepForm() | ShowForm() | DropForm() | FindNames() | CheckText():
                return answer_form(self.forms, request)
            case BackUp() | Beside() | AboutAudience() | Clone():
                raise AssertionError("nobody asks for this in Slack")
            case VerifyConnection() | ConnectionStatus():
                return self._connection(self.check)
            case ConfirmConnection():
                return self._confirm(request)
            case ListAside():
                return Aside(())
            case ShowAside() | Why():
                return Told("Nothing.", "UTC")
            case ShowIntake():
                return Intake((), ())
            case PauseAll():
                return PausedAll("Nothing could be paused.")
            case ShowClock() | AcceptClock():
                return Done("The clock is believed to be right.")
            case _:
                assert_never(request)

    def _confirm(self, request: ConfirmConnection) -> Answer:
        if self.check.answer:
            return Refused(f"@{self.check.answered_by} has answered already.", "Verify again.")
        self.check = msgspec.structs.replace(
            self.check, answer="seen" if request.seen else "absent", answered_by=request.by
        )
        return self._connection(self.check)

    def _connection(self, check: CheckView) -> Connection:
        return Connection("It stands so.", check.answer == "seen", "https://x.test", check)

    def _draft(self, request: Draft) -> Answer:
        definition, by = request.definition, request.by
        held = self.find(request.edits or definition.name)
        view = CampaignView(
            id=held.id if held else f"c{len(self.campaigns) + 1}",
            name=definition.name,
            kind=definition.kind,
            state=State.DRAFT,
            reason="",
            author=held.author if held else by,
            editors=(by,),
            revision=held.revision + 1 if held else 1,
            hash=content_hash(definition),
            definition=definition,
            allowed=tuple(TABLE[State.DRAFT]),
            channel=request.channel,
            estimate=None if definition.kind == "live" else ESTIMATE,
            created_ms=NOW_MS,
            updated_ms=NOW_MS,
        )
        return Done(f'"{view.name}" is drafted.', self.keep(view))

    def _approve(self, request: Approve) -> Answer:
        view = self.find(request.name)
        if view is None:
            return unknown(request.name)
        editors = frozenset(view.editors)
        if not may_approve(request.by, author=view.author, editors=editors):
            return Refused("You wrote or edited this campaign.", "Ask somebody else to approve it.")
        answer = self._step(request.name, Action.APPROVE, "It is approved.", request.by)
        if isinstance(answer, Done) and answer.campaign:
            self.keep(msgspec.structs.replace(answer.campaign, approved_by=request.by))
        return answer

    def _step(self, name: str, action: Action, said: str, _by: str, wire: int = 0) -> Answer:
        view = self.find(name)
        if view is None:
            return unknown(name)
        state = step(State(view.state), action)
        if isinstance(state, Forbidden):
            return Refused(f"It is {state.state}.", f"Possible now: {', '.join(state.allowed)}.")
        return Done(said, self.keep(self._moved(view, state)), wire)

    def _decide(self, name: str, by: str, state: str) -> Answer:
        view = self.find(name)
        assert view is not None
        run = msgspec.structs.replace(view.runs[0], state=state, decided_by=by)
        return Done("It is decided.", self.keep(msgspec.structs.replace(view, runs=(run,))))

    def _moved(self, view: CampaignView, state: State) -> CampaignView:
        return msgspec.structs.replace(view, state=state, allowed=tuple(TABLE[state]))
