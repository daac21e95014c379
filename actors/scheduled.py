"""A past-behaviour campaign at work: its run asks the audience, is judged whole, and is drawn.

The safety check looks at everyone who qualified, control group included, before anyone is chosen.
Recipients are a uniformly random subset under the caps, the same for the same run.
"""

import logging
import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import trio

from actors.context import Context
from actors.isolation import Broken, apart
from actors.page import Known, know
from actors.winning import choose_winners
from domain import schedule
from domain.assignment import assign
from domain.books import Books, SkipReason
from domain.campaign import Campaign
from domain.message_id import message_id
from domain.review import PUBLISHED, Action, State
from domain.saved import list_names
from domain.verdict import Hold, Send, Skip, Verdict, draw_coefficients, judge
from store import acts, announcements, books, campaigns, memberships, outbox, runs
from store.admission import Decision
from store.campaigns import CampaignRow
from store.fault_points import reach
from store.memberships import ListVersion
from store.runs import Run

CHUNK = 1_000
STEP = "1"
_log = logging.getLogger(__name__)
ROOM_NAP_SECONDS = 1.0
"""How often a run looks again whether delivery keeps up, before it draws more."""


class Scheduled:
    """Draws and finishes the run of a campaign."""

    def __init__(self, campaign: str, definition: Campaign, context: Context) -> None:
        self._id = campaign
        self._definition = definition
        self._context = context

    async def work(self, row: CampaignRow) -> float:
        """Take the open run one step on."""
        every = await self._context.store.read(partial(runs.of_campaign, campaign=self._id))
        run = next((r for r in every if r.state in runs.OPEN), None)
        if run is None:
            if row.state is State.RUNNING and every:  # an adoption closed its run
                return await self._end(every[-1])
            return math.inf
        if run.state == "drawing" and row.state is State.RUNNING:
            await self._draw(run)
            if await self._is_over():
                return 0.0
        if await self._finish(run):
            return 0.0
        return await choose_winners(self._id, self._definition, self._context)

    async def _end(self, run: Run) -> float:
        """Complete a campaign whose run was closed while nobody looked: nothing follows it."""
        now = self._context.clock.now_ms()

        def end(conn: sqlite3.Connection) -> None:
            reason, said = _outcome(books.of_run(conn, self._id, run.run))
            if run.state == "missed":
                reason, said = "given_up", f"The run of {run.run} was given up at the restore."
            key = self._context.audit_key
            acts.advance(
                conn, self._id, Action.COMPLETE, reason=reason, say=said, key=key, now_ms=now
            )

        await self._context.store.write(end)
        self._context.announce()
        return 0.0

    async def _is_over(self) -> bool:
        row = await self._context.store.read(partial(campaigns.find, name_or_id=self._id))
        return row is None or row.state not in PUBLISHED

    async def _draw(self, run: Run) -> None:
        reach("draw.begins")
        now = self._context.clock.now_ms()
        if not run.decided_by and now - run.due_ms > schedule.LATE_MS_MAX:
            await self._miss(run, now_ms=now)
            return
        chosen = await self._context.selector.select(
            self._definition.who,
            draw=draw_coefficients(self._id, run.run),
            now_ms=now,
            lists=await self._lists(run),
        )
        reach("draw.selected")
        await self._context.store.write(partial(runs.clear_draw, run=run))
        reach("draw.cleared")
        limit = self._definition.limits.safety_limit
        if limit is not None and len(chosen) > limit and run.sample is None:
            await self._block(run, qualified=len(chosen), limit=limit, now_ms=now)
            return
        room = await self._context.store.read(
            partial(runs.room, run=run, campaign=self._definition)
        )
        left = math.inf if room is None else room
        for start in range(0, len(chosen), CHUNK):
            if not await self._room():
                return  # paused or stopped meanwhile: a resume draws the very same again
            names = chosen[start : start + CHUNK]
            known = await self._context.store.read(partial(know, who=names, needs=(), upto=0))
            decisions = list(self._judged(run, names, known, left, now))
            left -= sum(isinstance(d.verdict, Send | Hold) for d in decisions)
            await self._context.store.write(
                partial(runs.draw_chunk, run=run, decisions=decisions, now_ms=now)
            )
            reach("draw.chunk_written")
        reach("draw.finish_begins")
        await self._context.store.write(
            partial(
                runs.finish_draw,
                run=run,
                campaign=self._definition,
                qualified=len(chosen),
                now_ms=now,
            )
        )
        reach("draw.finished")
        self._context.wake_delivery()

    async def _lists(self, run: Run) -> Mapping[str, ListVersion]:
        """Return the lists of the run: it keeps the versions with which it began to draw."""
        names = list_names(self._definition.who)
        if not names:
            return {}
        return await self._context.store.write(
            partial(memberships.keep, campaign=self._id, run=run.run, names=names)
        )

    async def _room(self) -> bool:
        """Wait until more may be drawn; False: the campaign does not run any more."""
        while not await self._context.may_draw():
            row = await self._context.store.read(partial(campaigns.find, name_or_id=self._id))
            if row is None or row.state is not State.RUNNING:
                return False
            await trio.sleep(ROOM_NAP_SECONDS)
        return True

    async def _miss(self, run: Run, *, now_ms: int) -> None:
        """Close a run that began in time, but whose draw was held up until it is too late."""
        said = f"The run of {run.run} was missed: it was more than 2 hours late."
        key = self._context.audit_key

        def miss(conn: sqlite3.Connection) -> None:
            moved = acts.advance(
                conn, self._id, Action.COMPLETE, reason="missed", say=said, key=key, now_ms=now_ms
            )
            if isinstance(moved, State):
                runs.clear_draw(conn, run)
                runs.set_state(conn, self._id, run.run, "missed", now_ms=now_ms)
                body = f"*{self._definition.name}*: {said} Draft it again with a new time."
                announcements.add(conn, "notice", self._id, body=body, now_ms=now_ms)

        await self._context.store.write(miss)
        self._context.announce()

    def _judged(
        self, run: Run, names: Sequence[str], known: Known, left: float, now_ms: int
    ) -> Iterator[Decision]:
        """Judge users in the order of the draw; those past the cap are told why.

        A user whose profile breaks the judging is set aside, with a reason of the books.
        """
        broken: Counter[Broken] = Counter()
        for name in names:
            verdict, variant = self._verdict(name, known, now_ms), ""
            if isinstance(verdict, Send | Hold):
                given = apart(partial(assign, self._id, self._definition, known.users[name]))
                verdict, variant = (given, "") if isinstance(given, Broken) else (verdict, given)
            if isinstance(verdict, Broken):
                broken[verdict] += 1
                verdict = Skip(SkipReason.SET_ASIDE)
            if isinstance(verdict, Send | Hold):
                if left <= 0:
                    verdict = Skip(self._full(run))
                left -= 1
            yield Decision(
                message_id=message_id(
                    self._context.install_key,
                    campaign=self._id,
                    run=run.run,
                    user=name,
                    step=STEP,
                    occurrence="",
                ),
                user=name,
                occurrence="",
                event_seq=None,
                verdict=verdict,
                variant=variant,
            )
        for one, n in broken.items():
            what = (self._id, run.run, n, one.error, one.where, self._context.error_id())
            _log.error("campaign %s, run %s sets %d users aside: %s %s, error %s", *what)

    def _verdict(self, name: str, known: Known, now_ms: int) -> Verdict | Broken:
        if (broken := known.broken.get(name)) is not None:
            return broken
        if (user := known.users.get(name)) is None:
            return Skip(SkipReason.SUPPRESSED)  # erased since the audience was asked
        return apart(
            partial(
                judge,
                self._id,
                self._definition,
                user,
                now_ms=now_ms,
                account_zone=self._context.zone,
                controls=self._context.controls,
            )
        )

    def _full(self, run: Run) -> SkipReason:
        """Name what left no room: the answer to the safety check, or a cap."""
        limits = self._definition.limits
        named = (
            (run.sample, SkipReason.SAFETY_NOT_DRAWN),
            (limits.cap_per_run, SkipReason.CAP_RUN),
            (limits.cap_total, SkipReason.CAP_REACHED),
        )
        return min(((n, reason) for n, reason in named if n is not None), key=lambda x: x[0])[1]

    async def _block(self, run: Run, *, qualified: int, limit: int, now_ms: int) -> None:
        """Hold the run and tell the people at once: nobody was messaged."""
        said = f"Held by the safety check: {qualified:,} users qualify, the limit is {limit:,}."

        def block(conn: sqlite3.Connection) -> None:
            moved = acts.advance(
                conn,
                self._id,
                Action.BLOCK,
                reason="safety_limit",
                say=said,
                key=self._context.audit_key,
                now_ms=now_ms,
            )
            if isinstance(moved, State):
                runs.block(conn, run, qualified=qualified, limit=limit, now_ms=now_ms)
                announcements.add(conn, "alert", self._id, subject=run.run, now_ms=now_ms)

        await self._context.store.write(block)
        reach("run.blocked")
        self._context.announce()

    async def _finish(self, run: Run) -> bool:
        """Complete the campaign once nothing of the run is open."""
        now = self._context.clock.now_ms()

        def finished(conn: sqlite3.Connection) -> bool:
            current = runs.find(conn, self._id, run.run)
            sending = current is not None and current.state == "sending"
            return sending and outbox.open_count(conn, self._id) == 0

        def finish(conn: sqlite3.Connection) -> bool:
            if not finished(conn):
                return False
            reason, said = _outcome(books.of_run(conn, self._id, run.run))
            moved = acts.advance(
                conn,
                self._id,
                Action.COMPLETE,
                reason=reason,
                say=said,
                key=self._context.audit_key,
                now_ms=now,
            )
            if isinstance(moved, State):
                runs.set_state(conn, self._id, run.run, "done", now_ms=now)
            return isinstance(moved, State)

        if not await self._context.store.read(finished):
            return False
        reach("run.finish_begins")
        done = await self._context.store.write(finish)
        reach("run.finished")
        self._context.announce()
        return done


def _outcome(found: Books) -> tuple[str, str]:
    """Return why a run is over, and the sentence for its card: what failed is not called sent."""
    lost = sum(found.skipped.get(reason, 0) for reason in (SkipReason.DEAD, SkipReason.UNKNOWN))
    if not lost:
        return "all sent", f"Completed: {found.sent:,} messages were sent."
    reason = f"{found.sent:,} sent, {lost:,} failed"
    return reason, f"Completed: {reason}. The books of the campaign say why."
