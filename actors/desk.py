"""The desk: every wish of a marketer comes here, from Slack or the command line, and is decided.

Decisions are made one at a time, each in one transaction; questions are answered beside them. What
starts or ends the sending (pause, stop, resume) has a turn of its own and the writer's urgent lane:
it waits for no other decision, however many events wait to be written.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeAlias

import trio
from msgspec import Struct, structs

from actors import drafting, lowering, publishing, resuming, reviewing, running, shelving, undoing
from actors.acting import Acting, Sender
from actors.attending import Attending
from actors.audiences import Counting
from actors.context import Context, Estimator
from actors.mail import (
    AcceptClock,
    Announcement,
    Answer,
    Approve,
    BackUp,
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
    SendSample,
    Show,
    ShowClock,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_attention import Attention, ShowAttention
from actors.mail_audience import Weigh
from actors.mail_beside import AboutAudience, Beside
from actors.mail_content import Preview, TestSend
from actors.mail_limits import LowerCap
from actors.mail_shelf import Shelve, Undo
from actors.mail_trust import (
    ConfirmConnection,
    ConnectionStatus,
    DropAside,
    ListAside,
    PauseAll,
    RetryAside,
    ShowAside,
    VerifyConnection,
    Why,
)
from actors.membership import Membership
from actors.overdue import Overdue
from actors.presenting import Presenting
from actors.previewing import Previewing
from actors.rules import Decision, Rules, person
from actors.sending import AsideSender
from actors.timekeeper import UNSURE, Timekeeper
from actors.verifying import Verifying
from actors.views import lines
from domain.roles import RoleLists
from store import announcements
from store.fault_points import reach

ANNOUNCEMENTS_MAX = 20

Change: TypeAlias = (
    Draft
    | Submit
    | Approve
    | RequestChanges
    | Publish
    | Pause
    | Resume
    | Stop
    | Shelve
    | SendSample
    | RaiseLimit
    | SkipRun
    | LowerCap
)
Halting: TypeAlias = Pause | Stop | Resume
"""What delivery is told of at once. Urgent, so that a pause waits for no resume that waits."""
_DECISIONS: dict[type[Change], Callable[[sqlite3.Connection, Any, Rules], Decision]] = {
    Draft: drafting.draft,
    Submit: reviewing.submit,
    Approve: reviewing.approve,
    RequestChanges: reviewing.request_changes,
    Publish: publishing.publish,
    Pause: running.pause,
    Resume: resuming.resume,
    Stop: running.stop,
    **shelving.DECISIONS,
    Undo: undoing.undo,
    SendSample: running.send_sample,
    RaiseLimit: running.raise_limit,
    SkipRun: running.skip_run,
    LowerCap: lowering.lower,
}
"""What each request that changes something is decided by: one job, one transaction."""


class HouseRules(Struct, frozen=True):
    """What the operator decided about reviews, who may do what, and what campaigns may ask."""

    review_required: bool = True
    test_users: tuple[str, ...] = ()
    roles: RoleLists = RoleLists()
    rehearse_days: int = 0  # of what is submitted; 0: nothing is rehearsed
    keep_events_days: int = 0  # for ever


class Carrier(Sender, AsideSender, Protocol):
    """Who sends: delivery."""


class _Decided(Struct, frozen=True):
    campaign: str
    message: str
    on_the_wire: int


class Desk:
    """Decides requests, and keeps the list of what Slack must be told."""

    def __init__(
        self,
        context: Context,
        estimator: Estimator,
        sender: Carrier,
        house: HouseRules,
        *,
        verifying: Verifying,
        timekeeper: Timekeeper,
        look: Callable[[str], None],
    ) -> None:
        self._context = context
        self._counting = Counting(context, estimator)
        self._sender = sender
        self._house = house
        self.members = Membership(house.roles)
        self._verifying = verifying
        self._acting = Acting(context, sender, verifying, look=look, days=house.rehearse_days)
        self._previewing = Previewing(context, sender, house.test_users)
        self._presenting = Presenting(
            context,
            self._counting,
            self._previewing,
            verifying,
            holds=sender.holds,
            stands=self._acting.beforehand.stands,
        )
        self._attending = Attending(context, verifying, timekeeper, holds=sender.holds)
        self._timekeeper = timekeeper
        self._look = look
        self._turn = trio.Lock()
        self._halting = trio.Lock()  # from the commit until delivery was told, in the same order
        self._news = trio.Event()
        self._overdue = Overdue(context, self._turn, self._rules)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Take back reviews whose scheduled time passes, rehearse, and learn names, for ever."""
        task_status.started()
        await self._acting.run(self._overdue.run)

    def rouse(self) -> None:
        """Say that time has not passed as was thought. Never blocks."""
        self._overdue.rouse()

    async def ask(self, request: Request) -> Answer:
        """Decide one request. Expected refusals are answers; it never raises for them."""
        match request:
            case ListAll() | ShowAttention():
                return await self._over_all(request)
            case Show() | Weigh():
                return await self._presenting.answer(request, self._rules())
            case Preview() | TestSend():
                return await self._previewing.answer(request, self._rules())
            case AboutAudience():
                return await self._counting.answer(request, self._rules())
            case ListAside() | ShowAside() | Why() | BackUp() | Beside():
                return await self._acting.answer(request, self._rules())
            case VerifyConnection() | ConfirmConnection() | ConnectionStatus():
                return await self._acting.connection(request)
            case ShowClock() | AcceptClock():
                return await self._timekeeper.answer(request)
            case PauseAll() | RetryAside() | DropAside():
                async with self._halting if isinstance(request, PauseAll) else self._turn:
                    return await self._acting.act(request, self._rules())
            case _:
                async with self._halting if isinstance(request, Halting) else self._turn:
                    decided = await self._decide(request)
                return decided if isinstance(decided, Refused) else await self._with_view(decided)

    async def _over_all(self, request: ListAll | ShowAttention) -> Listed | Attention:
        if isinstance(request, ShowAttention):
            return await self._attending.answer()
        now_ms, zone = self._context.clock.now_ms(), self._context.zone
        read = partial(lines, archived=request.archived, now_ms=now_ms, zone=zone)
        return Listed(campaigns=await self._context.store.read(read))

    async def _decide(self, request: Change) -> "_Decided | Refused":
        """Write the decision and what follows from it at once: nothing here waits for a count."""
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        if isinstance(request, Publish) and self._context.clock.held:
            return UNSURE
        request = structs.replace(request, by=who)
        if isinstance(request, Approve | RequestChanges):
            refused = self.members.refusal(request)
            if refused is not None:
                return refused
        rules, decide = self._rules(), _DECISIONS[type(request)]
        decision = await self._context.store.write(
            lambda conn: decide(conn, request, rules), urgent=isinstance(request, Halting)
        )
        reach("desk.decision_committed")
        self.announce()
        self._overdue.rouse()
        self._acting.beforehand.look()
        if isinstance(decision, Refused):
            return decision
        on_the_wire, message = 0, decision.message
        if isinstance(request, Pause | Stop):
            on_the_wire = self._sender.halt(decision.campaign)
            reach("desk.halted")
            if on_the_wire:
                message += f" {on_the_wire:,} messages were already on the wire."
        elif isinstance(request, Resume):
            self._sender.unhalt(decision.campaign)
        self._look(decision.campaign)
        return _Decided(decision.campaign, message, on_the_wire)

    async def _with_view(self, decided: "_Decided") -> Done:
        """Show the campaign as it is now; others may decide meanwhile."""
        shown = await self._presenting.show(decided.campaign, self._rules())
        view = shown.campaign if isinstance(shown, Done) else None
        reach("desk.answer_begins")
        return Done(message=decided.message, campaign=view, on_the_wire=decided.on_the_wire)

    def _rules(self) -> Rules:
        return Rules(
            now_ms=self._context.clock.now_ms(),
            key=self._context.audit_key,
            zone=self._context.zone,
            review_required=self._house.review_required,
            controls=self._context.controls,
            bounds=self._context.bounds,
            messages_per_second=self._context.messages_per_second,
            rehearses=self._acting.beforehand.days > 0,
            keep_events_days=self._house.keep_events_days,
        )

    def announce(self) -> None:
        """Say that Slack may have to be told something. Never blocks."""
        self._news.set()

    async def announcements(self) -> list[tuple[Announcement, Card | None]]:
        """Wait until Slack must be told something; return it in order, with the card it updates."""
        while True:
            self._news = trio.Event()
            found = await self._context.store.read(
                partial(announcements.open_ones, limit=ANNOUNCEMENTS_MAX)
            )
            if found:
                return found
            await self._news.wait()

    async def announced(self, announcement: Announcement, card: Card | None) -> None:
        """Record that it was said, and where the card stands now; on a full disk too."""
        reach("desk.told_slack")
        now = self._context.clock.now_ms()
        said = partial(announcements.done, announcement_id=announcement.id, card=card, now_ms=now)
        await self._context.store.write(said, urgent=True)
