"""What goes beyond one campaign's life: one user's trail, what is set aside, everything paused.

The desk hands it on, in its turn where something is decided.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import trio
from msgspec import structs

from actors import (
    deadletters,
    deciding,
    emergency,
    intake_view,
    limiting,
    rehearsed,
    reporting,
    text_checking,
    why,
)
from actors.beforehand import Beforehand
from actors.context import Context
from actors.forgetting import Forgetting
from actors.importing import Importing
from actors.learning import Learning
from actors.mail import Answer, BackedUp, BackUp, Done, Refused
from actors.mail_files import AboutFile, OfFile
from actors.mail_forms import DropForm, KeepForm, ShowForm
from actors.mail_intake import Intake, ShowIntake
from actors.mail_limits import ShowLimits
from actors.mail_names import FindNames
from actors.mail_people import AboutUser, OneUser
from actors.mail_rehearsal import Rehearse, ShowRehearsal, ShowRehearsing
from actors.mail_report import FreshenCards, MakeDigests, ShowReport, TellHead
from actors.mail_schema import ShowSchema
from actors.mail_text import CheckAudienceText, CheckText
from actors.mail_trust import (
    ConfirmConnection,
    ConnectionStatus,
    DropAside,
    ListAside,
    PauseAll,
    PausedAll,
    RetryAside,
    ShowAside,
    VerifyConnection,
    Why,
)
from actors.pending import Holds
from actors.rehearsals import Rehearsals
from actors.rules import Rules, person
from actors.unfinished import Unfinished
from actors.verifying import Verifying
from domain.phrases import counted
from store import announcements, backup, digests, heads
from store.errors import BackupFailed

Written: TypeAlias = KeepForm | ShowForm | DropForm | CheckText | CheckAudienceText
Question: TypeAlias = (
    ListAside | ShowAside | Why | ShowIntake | ShowReport | ShowLimits | ShowRehearsal
)
Act: TypeAlias = PauseAll | RetryAside | DropAside
AboutConnection: TypeAlias = VerifyConnection | ConfirmConnection | ConnectionStatus
_ANSWERS: dict[type[Question], Callable[[sqlite3.Connection, Any, Rules], Answer]] = {
    ListAside: deadletters.listed,
    ShowAside: deadletters.shown,
    Why: why.why,
    ShowIntake: intake_view.shown,
    ShowReport: reporting.report,
    ShowLimits: limiting.limits,
    ShowRehearsal: rehearsed.shown,
}
"""What each question that changes nothing is answered by: one job, one snapshot."""


class Sender(Protocol):
    """Who can be told to hold back: delivery."""

    def halt(self, campaign: str) -> int:
        """Begin no new request for the campaign; return how many messages are on the wire."""
        ...

    def unhalt(self, campaign: str) -> None:
        """Go on."""
        ...

    def holds(self) -> Holds:
        """Return what holds all campaigns' messages back now."""
        ...

    def bar(self, user: str) -> int:
        """Begin no request with this user's messages; return how many are on the wire."""
        ...


class Acting:
    """Answers and acts beyond one campaign."""

    def __init__(
        self,
        context: Context,
        sender: Sender,
        verifying: Verifying,
        *,
        look: Callable[[str], None],
        days: int = 0,
    ) -> None:
        self._context = context
        self._sender = sender
        self._verifying = verifying
        self._look = look
        self._forgetting = Forgetting(context, sender, look=look)
        self._importing = Importing(context)
        self.learning = Learning(context)
        self._rehearsals = Rehearsals(context)
        self.beforehand = Beforehand(context, self._rehearsals, days)
        self._unfinished = Unfinished(context)

    async def run(self, watch: Callable[[], Awaitable[None]]) -> None:
        """Rehearse what is submitted, and learn names beside what is watched, for ever."""
        async with trio.open_nursery() as nursery:
            if self.beforehand.days:
                nursery.start_soon(self.beforehand.run)
            await self.learning.offering.run(watch)

    async def answer(
        self,
        question: Question
        | BackUp
        | AboutUser
        | AboutFile
        | ShowSchema
        | FindNames
        | MakeDigests
        | FreshenCards
        | TellHead
        | Rehearse
        | ShowRehearsing
        | Written,
        rules: Rules,
    ) -> Answer:
        """Answer from one snapshot of what is stored, copy all of it, or hand the request on."""
        if isinstance(question, BackUp):
            return await self._back_up(Path(question.path))
        if isinstance(question, OneUser):
            return await self._forgetting.answer(question, rules)
        if isinstance(question, OfFile):
            return await self._importing.answer(question, rules)
        if isinstance(question, Written):
            return await self._written(question, rules)
        if isinstance(question, ShowSchema | FindNames):
            return await self.learning.answer(question)
        if isinstance(question, Rehearse | ShowRehearsing):
            return await self._rehearsals.answer(question)
        if isinstance(question, MakeDigests | TellHead | FreshenCards):
            return await self._for_slack(question)
        job = _ANSWERS[type(question)]
        store = self._context.store
        read = store.read_long if isinstance(question, Why) else store.read
        found = await read(lambda conn: job(conn, question, rules))
        if isinstance(found, Intake):
            return structs.replace(found, refused=tuple(self._context.refusals.lines()))
        return found

    async def _written(self, asked: Written, rules: Rules) -> Answer:
        if isinstance(asked, CheckText | CheckAudienceText):
            return await text_checking.check(self._context, asked, rules)
        return await self._unfinished.answer(asked)

    async def _freshen(self, asked: FreshenCards) -> Done:
        now, which = self._context.clock.now_ms(), asked.campaigns
        n = await self._context.store.write(
            partial(announcements.freshen, campaigns=which, now_ms=now)
        )
        self._context.announce()
        return Done(message=f"{counted(n, 'card')} will be brought up to date.")

    async def _for_slack(self, asked: MakeDigests | TellHead | FreshenCards) -> Done:
        if isinstance(asked, FreshenCards):
            return await self._freshen(asked)
        now, day = self._context.clock.now_ms(), asked.day
        ask_for = digests.ask_for if isinstance(asked, MakeDigests) else heads.tell
        n = int(await self._context.store.write(partial(ask_for, day=day, now_ms=now)))
        if n:
            self._context.announce()
        what = "digest" if isinstance(asked, MakeDigests) else "head of the audit log"
        return Done(message=f"{n:,} {what}{'' if n == 1 else 's'} of {day} will be posted.")

    async def _back_up(self, target: Path) -> Answer:
        began = self._context.clock.now_ms()
        try:
            copied = await backup.back_up(self._context.store, target, now_ms=began)
        except BackupFailed as failed:
            return Refused(what=str(failed), fix="Nothing of that name was made.")
        now = self._context.clock.now_ms()
        return BackedUp(path=copied.path, bytes=copied.bytes, took_ms=now - began)

    async def connection(self, request: AboutConnection) -> Answer:
        """Say how the connection to Segment stands, or let a person find out."""
        if isinstance(request, ConnectionStatus):
            return await self._verifying.status(request.code)
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        if isinstance(request, VerifyConnection):
            return await self._verifying.verify(who)
        return await self._verifying.confirm(structs.replace(request, by=who))

    async def act(self, request: Act, rules: Rules) -> Answer:
        """Do it for a person who is named: one transaction, then everyone concerned is told."""
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        match request:
            case PauseAll():
                return await self._pause_all(structs.replace(request, by=who), rules)
            case RetryAside() | DropAside():
                decided = structs.replace(request, by=who)
        changed = await self._context.store.write(
            lambda conn: deciding.decide(conn, decided, rules)
        )
        if isinstance(changed, Refused):
            return changed
        for campaign in changed.campaigns:
            self._look(campaign)
        self._context.wake_delivery()
        return Done(message=changed.message)

    async def _pause_all(self, request: PauseAll, rules: Rules) -> PausedAll:
        paused = await self._context.store.write(
            lambda conn: emergency.pause_all(conn, request, rules),
            urgent=True,
        )
        halted = sum(self._sender.halt(row.id) for row in paused.rows)
        on_the_wire = halted + paused.in_flight
        self._context.announce()
        for row in paused.rows:
            self._look(row.id)
        return PausedAll(
            message=emergency.said(paused, on_the_wire),
            paused=tuple(row.name for row in paused.rows),
            not_paused=paused.others,
            on_the_wire=on_the_wire,
        )
