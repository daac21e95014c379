"""What waits falls due: a live campaign asks everything once more, and decides.

The log is asked in the transaction that fires, so whatever came in before it counts, however busy
the campaign was. Nothing of this is in memory but the page that is due now.
"""

import math
import sqlite3
from collections.abc import Sequence
from functools import partial

from msgspec import Struct, structs

from actors import surging
from actors.context import Context
from actors.isolation import Broken, apart
from actors.judging import Judging
from actors.page import Known
from actors.robots import Question
from domain.books import SkipReason
from domain.listening import FOR_EVER_MS, Listener
from domain.review import State
from domain.timer import Timer, misfire
from domain.verdict import Skip, Verdict
from store import admission, adoption, caps, ended_timers, local_dates, log, poison, timers
from store.admission import Admission, Admitted, Decision, LiveBatch, Merged
from store.campaigns import CampaignRow
from store.caps import Cap
from store.fault_points import reach
from store.poison import Poison

TIMERS_PAGE_MAX = 200
"""So many are decided about in one transaction."""


class Due(Struct, frozen=True):
    """Timers that are due, and what is known about their users.

    `upto`: so far the log was read. `unsure` are those that may have fired in a life of the
    database which is not known here. If dates are `moved`, by the zones of their users, they are
    to be read anew first.
    """

    cursor: int
    timers: Sequence[Timer]
    known: Known
    upto: int
    unsure: frozenset[int]
    moved: bool = False


class Firing:
    """Decides about the timers of one campaign when they fall due."""

    def __init__(
        self, campaign: str, judging: Judging, listener: Listener, context: Context
    ) -> None:
        self._id = campaign
        self._judging = judging
        self._definition = judging.definition
        self._listener = listener
        self._context = context

    async def fire(self, row: CampaignRow) -> None:
        """Decide about everything that is due, the earliest first."""
        while row.state is State.RUNNING and await self._fire_page(row, None):
            pass

    async def drain(self, row: CampaignRow, reason: SkipReason) -> None:
        """Let everything that waits end, because the campaign is over."""
        while await self._fire_page(row, reason):
            pass

    async def wait_seconds(self, row: CampaignRow) -> float:
        """Return how long until the next timer falls due; in a pause none does."""
        if not self._listener.waits or row.state is not State.RUNNING:
            return math.inf
        due = await self._context.store.read(partial(timers.next_due_ms, campaign=self._id))
        return math.inf if due is None else max(due - self._context.clock.now_ms(), 0) / 1000

    async def _fire_page(self, row: CampaignRow, over: SkipReason | None) -> bool:
        """Decide about the next page; tell whether there may be more."""
        revision = row.published
        assert revision is not None, "a running campaign has a published revision"
        now = self._context.clock.now_ms()
        upto = now if over is None else FOR_EVER_MS
        due = await self._context.store.read(lambda conn: self._due(conn, revision, upto, now))
        if due is not None and due.moved and over is None:
            await self._context.store.write(self._read_anew)
            return True
        if due is None or not due.timers:
            return False
        reach("timer.page_read")
        answer = await self._write(due, row, revision, over, now)
        return isinstance(answer, Merged) or (
            isinstance(answer, Admitted) and len(due.timers) == TIMERS_PAGE_MAX
        )

    def _due(
        self, conn: sqlite3.Connection, revision: int, upto_ms: int, now_ms: int
    ) -> Due | None:
        cursor = admission.cursor(conn, self._id, revision)
        if cursor is None:
            return None
        found = timers.due(conn, self._id, upto_ms=upto_ms, limit=TIMERS_PAGE_MAX)
        users = {timer.user for timer in found}
        upto = log.last_seq(conn)
        return Due(
            cursor=cursor,
            timers=found,
            known=self._judging.know(conn, users, upto=upto, now_ms=now_ms),
            upto=upto,
            unsure=frozenset(
                timer.id for timer in found if adoption.was_before(conn, timer.due_ms)
            ),
            moved=local_dates.are_moved(conn, self._id),
        )

    def _read_anew(self, conn: sqlite3.Connection) -> None:
        zone = self._context.zone
        local_dates.read_anew(conn, self._listener, self._id, zone=zone, limit=TIMERS_PAGE_MAX)

    async def _write(
        self, due: Due, row: CampaignRow, revision: int, over: SkipReason | None, now_ms: int
    ) -> Admission | None:
        """Write what was decided; None: of all these users an event is to be considered first."""
        if over is None and self._listener.trigger.recheck:
            asked = [self._question(timer, due, now_ms) for timer in due.timers]
            due = structs.replace(due, known=await self._judging.ask(due.known, asked))
        decided, aside = self._decide_all(due, over, now_ms)
        limits = self._definition.limits

        def fire(conn: sqlite3.Connection) -> Admission | None:
            ripe = timers.ripe(
                conn,
                self._listener,
                [timer for timer in due.timers if timer.id in decided or timer.id in aside],
                cursor=due.cursor if over is None else None,
                now_ms=now_ms,
            )
            if not ripe and over is None:
                return None
            batch = LiveBatch(
                campaign=self._id,
                revision=revision,
                after=due.cursor,
                upto=due.cursor,
                decisions=[decided[timer.id] for timer in ripe if timer.id in decided],
                total=None if limits.cap_total is None else Cap(caps.TOTAL, limits.cap_total),
                per_day=limits.cap_per_day,
                # Its end comes in a pause too; else a pause lets nothing be decided.
                on_pause_drop=over is not None,
                bounds=self._context.bounds,
                per_hour=None if over is not None else limits.safety_per_hour,
                fires=over is None,
            )
            answer = admission.admit(conn, batch, now_ms=now_ms)
            if not isinstance(answer, Admitted):
                return answer
            reach("timer.decided")
            done = [timer for timer in ripe if timer.id in decided]
            if answer.surged:  # whoever was too many waits on, and so do those after
                surging.pause(
                    conn,
                    self._id,
                    limits.safety_per_hour,
                    key=key,
                    letter=self._context.post is not None,
                    now_ms=now_ms,
                )
                done = [t for t in done if admission.is_decided(conn, self._id, decided[t.id])]
            timers.end(conn, done, "fired", now_ms=now_ms)
            bad = [timer for timer in ripe if timer.id in aside]
            timers.end(conn, bad, "set_aside", now_ms=now_ms)
            ended_timers.prune(conn, now_ms=now_ms)
            poison.set_aside(conn, [aside[timer.id] for timer in bad])
            if bad:
                poison.tell(conn, self._id, row.name, now_ms=now_ms)
            return answer

        key = self._context.audit_key
        reach("timer.firing_begins")
        answer = await self._context.store.write(fire)
        reach("timer.fired")
        if answer is not None:
            surging.follow(self._context, self._id, answer, told=bool(aside))
        return answer

    def _decide_all(
        self, due: Due, over: SkipReason | None, now_ms: int
    ) -> tuple[dict[int, Decision], dict[int, Poison]]:
        """Return the decisions, and what breaks, by the timers' ids."""
        decided: dict[int, Decision] = {}
        aside: dict[int, Poison] = {}
        for timer in due.timers:
            found: Decision | Broken | None = due.known.broken.get(timer.user)
            if over is not None:
                found = self._decision(timer, Skip(over), now_ms)
            elif found is None:
                found = apart(partial(self._decide, timer, due, now_ms))
            if isinstance(found, Broken):
                aside[timer.id] = self._judging.poison(
                    timer.event_seq, timer.user, found, now_ms=now_ms
                )
            else:
                decided[timer.id] = found
        return decided, aside

    def _question(self, timer: Timer, due: Due, now_ms: int) -> Question:
        return Question(timer.id, timer.user, due.upto, now_ms)

    def _decide(self, timer: Timer, due: Due, now_ms: int) -> Decision | Broken:
        user = due.known.users.get(timer.user)
        verdict = self._verdict(timer, due, now_ms)
        if isinstance(verdict, Broken):
            return verdict
        decided = self._decision(timer, verdict, now_ms)
        if user is None:
            return decided
        variant = self._judging.variant(user)
        return structs.replace(decided, variant=variant, zone=user.zone or "")

    def _verdict(self, timer: Timer, due: Due, now_ms: int) -> Verdict | Broken:
        trigger = self._listener.trigger
        if timer.id in due.unsure:
            return Skip(SkipReason.UNKNOWN)
        late = misfire(self._definition, timer.due_ms, now_ms=now_ms)
        if late is not None:
            return Skip(late)
        user = due.known.users.get(timer.user)
        if user is None:
            return Skip(SkipReason.NO_IDENTITY)
        if trigger.recheck:
            fits = self._judging.answer(due.known, user, self._question(timer, due, now_ms))
            if isinstance(fits, Broken):
                return fits
            if not fits:
                return Skip(SkipReason.FILTER_NO_LONGER_MATCHES)
        return self._judging.verdict(user, now_ms=now_ms)

    def _decision(self, timer: Timer, verdict: Verdict, now_ms: int) -> Decision:
        return self._judging.decision(
            timer.user,
            timer.occurrence,
            timer.event_seq,
            verdict,
            now_ms=now_ms,
            # A date may be late; what else waits may be no later than its campaign's messages.
            fell_due_ms=None if self._listener.trigger.date is not None else timer.due_ms,
        )
