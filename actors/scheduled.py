"""A past-behaviour campaign at work: its run asks the audience, is judged whole, and is drawn.

The safety check looks at everyone who qualified, control group included, before anyone is chosen.
Recipients are a uniformly random subset under the caps, the same for the same run.
"""

import logging
import math
import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Self

import trio

from actors import alarming
from actors.context import Context
from actors.drawing import Draw, judged
from actors.in_waves import InWaves, begins_ms
from actors.onward import GOING, more, move_on, others, outcome
from actors.page import Known, know
from actors.starting import Starting, too_late
from actors.trial_waits import wait_for_messages
from actors.winning import choose_winners
from domain import schedule
from domain.campaign import Campaign
from domain.personal import BestTime, UserZone, done_since_ms
from domain.review import Action, State
from domain.saved import list_names
from domain.schedule import Slot
from domain.verdict import draw_coefficients
from store import acts, announcements, books, campaigns, caps, log, memberships, outbox, runs
from store.announcements import Buttons
from store.campaigns import CampaignRow
from store.fault_points import reach
from store.memberships import ListVersion
from store.recipients import Room
from store.runs import Run

CHUNK = 1_000
STEP = "1"
_log = logging.getLogger(__name__)
ROOM_NAP_SECONDS = 1.0
"""How often a run looks again whether delivery keeps up, before it draws more."""
HELD_NAP_SECONDS = 60.0
"""How often a run beside a held one looks again: it is over the limit too, or missed by now."""


class Scheduled:
    """Draws and finishes the run of a campaign."""

    def __init__(self, campaign: str, definition: Campaign, context: Context) -> None:
        self._id = campaign
        self._definition = definition
        self._context = context
        self._starting = Starting(campaign, context)
        in_waves = isinstance(definition.when.personal, UserZone)
        self._waves = InWaves(definition.when, context) if in_waves else None
        self._before: dict[int, Self] = {}  # by revisions that runs began with and still go by

    async def work(self, row: CampaignRow) -> float:
        """Take every open run one step on: there are several where users have their own times."""
        every = await self._context.store.read(partial(runs.of_campaign, campaign=self._id))
        if any(run.revision > (row.published or 0) for run in every):
            return 0.0  # a limit was raised since the campaign was looked at: ours is the old one
        naps = []
        for run in every:
            if run.state in runs.OPEN - {"blocked"}:
                naps.append(await (await self._by(row, run)).step(row, run))
                if naps[-1] == 0:
                    return 0.0
        if naps and row.state is State.RUNNING and self._definition.when.personal is not None:
            naps.append(await self._starting.beside(row, self._definition))
        return min(naps, default=math.inf)

    async def _by(self, row: CampaignRow, run: Run) -> Self:
        """Return who does the work of a run: a run ends by the revision that it began with."""
        if run.revision == row.published:
            return self
        if run.revision not in self._before:
            revision = await self._context.store.read(
                partial(campaigns.revision_of, campaign_id=self._id, number=run.revision)
            )
            self._before[run.revision] = type(self)(self._id, revision.whole, self._context)
        return self._before[run.revision]

    async def step(self, row: CampaignRow, run: Run) -> float:
        """Take a run one step on; return after how many seconds to look again."""
        after = more(row, self._definition, run.due_ms, zone=self._context.zone)
        nap = None if self._waves is None else await self._waves.wait(row, run, after)
        if nap is not None:
            return nap
        if run.state == "drawing" and row.state in GOING:
            drawn = await self._draw(row, run, after)
            if not drawn and row.state is State.BLOCKED:
                return HELD_NAP_SECONDS  # people are asked about one run at a time
            if not drawn or not await self._goes_on(row) or self._waves is not None:
                return 0.0  # held, missed, paused or stopped: what is to do now is another thing
        if await self._finish(row, run):
            return 0.0
        await wait_for_messages(self._id, run.run, self._definition, self._context)
        return await choose_winners(self._id, self._definition, self._context)

    async def _goes_on(self, row: CampaignRow) -> bool:
        now = await self._context.store.read(partial(campaigns.find, name_or_id=self._id))
        return now is not None and now.state is row.state

    async def _draw(self, row: CampaignRow, run: Run, after: Slot | None) -> bool:
        """Draw whom the run is for; False: it is not drawn, or a cap was lowered meanwhile."""
        reach("draw.begins")
        now = self._context.clock.now_ms()
        when, wave_ms = self._definition.when, 0
        cutoff = schedule.cutoff_ms(when, run.run, account_zone=self._context.zone)
        fresh = not run.decided_by and not run.wave_ms
        if fresh and (why := too_late(run.due_ms, now, cutoff, when)):
            await self._miss(row, run, why, now_ms=now)
            return False
        chosen = await self._context.selector.select(
            self._definition.who,
            draw=draw_coefficients(self._id, run.run),
            now_ms=now,
            lists=await self._lists(run),
        )
        reach("draw.selected")
        await self._context.store.write(partial(runs.clear_draw, run=run))
        reach("draw.cleared")
        limit = None if run.wave_ms else self._definition.limits.safety_limit
        if limit is not None and len(chosen) > limit and run.sample is None:
            await self._block(run, qualified=len(chosen), limit=limit, now_ms=now)
            return False
        if self._waves is not None:
            turn = await self._waves.next(row, run, after)
            assert turn is not None, "a run in waves is drawn while there is a turn"
            wave_ms = turn.due_ms
            chosen = await self._waves.members(run, turn, chosen)
        room = await self._context.store.read(
            partial(runs.room, run=run, campaign=self._definition)
        )
        for start in range(0, len(chosen), CHUNK):
            if not await self._room(row):
                return False  # paused or stopped meanwhile: a resume draws the very same again
            names = chosen[start : start + CHUNK]
            known = await self._known(run, names)
            since_ms = begins_ms(row, run)
            by = Draw(self._id, self._definition, run, known, self._context, now, since_ms)
            placed = await self._context.store.write(
                partial(
                    runs.draw_chunk,
                    run=run,
                    decisions=judged(by, names),
                    now_ms=now,
                    room=room,
                    bounds=self._context.bounds,
                )
            )
            room = Room(room.left - placed, room.full)
            reach("draw.chunk_written")
        reach("draw.finish_begins")
        drawn = await self._context.store.write(
            partial(
                runs.finish_draw,
                run=run,
                campaign=self._definition,
                qualified=len(chosen),
                now_ms=now,
                wave_ms=wave_ms,
            )
        )
        reach("draw.finished")
        self._context.wake_delivery()
        return drawn

    async def _known(self, run: Run, names: Sequence[str]) -> Known:
        """Read users, and what they lately did where that says when they are due.

        Of a robot that is much: it is read beside what others read.
        """
        personal = self._definition.when.personal
        if not isinstance(personal, BestTime):
            return await self._context.store.read(partial(know, who=names, needs=(), upto=0))
        needs = {personal.event: done_since_ms(schedule.wall_of(run.run))}

        def read(conn: sqlite3.Connection) -> Known:
            return know(conn, names, needs, upto=log.last_seq(conn))

        return await self._context.store.read_long(read)

    async def _lists(self, run: Run) -> Mapping[str, ListVersion]:
        """Return the lists of the run: it keeps the versions with which it began to draw."""
        names = list_names(self._definition.who)
        if not names:
            return {}
        return await self._context.store.write(
            partial(memberships.keep, campaign=self._id, run=run.run, names=names)
        )

    async def _room(self, row: CampaignRow) -> bool:
        """Wait until more may be drawn; False: the campaign does not run any more."""
        while not await self._context.may_draw():
            if not await self._goes_on(row):
                return False
            await trio.sleep(ROOM_NAP_SECONDS)
        return True

    async def _miss(self, row: CampaignRow, run: Run, why: str, *, now_ms: int) -> None:
        """Close a run that began in time, but whose draw was held up until it is too late."""
        said = f"The run of {run.run} was missed: {why}."

        def miss(conn: sqlite3.Connection) -> None:
            after = self._after_all(conn, row)
            if self._moves_on(conn, run, after, reason="missed", said=said, now_ms=now_ms):
                runs.clear_draw(conn, run)
                runs.set_state(conn, self._id, run.run, "missed", now_ms=now_ms)
                then = "Draft it again with a new time."
                if after is not None:
                    then = f"The next run is that of {after.name}."
                body = f"*{self._definition.name}*: {said} {then}"
                subject = "" if after else Buttons.AGAIN.about()
                announcements.add(
                    conn, "notice", self._id, subject=subject, body=body, now_ms=now_ms
                )

        await self._context.store.write(miss)
        self._context.announce()

    def _after_all(self, conn: sqlite3.Connection, row: CampaignRow) -> Slot | None:
        """Return the run that follows those that there are; None: they were all."""
        latest = runs.of_campaign(conn, self._id)[-1]
        return more(row, self._definition, latest.due_ms, zone=self._context.zone)

    def _moves_on(
        self,
        conn: sqlite3.Connection,
        run: Run,
        after: Slot | None,
        *,
        reason: str,
        said: str,
        now_ms: int,
    ) -> bool:
        key = self._context.audit_key
        return move_on(conn, run, after, reason=reason, said=said, key=key, now_ms=now_ms)

    async def _block(self, run: Run, *, qualified: int, limit: int, now_ms: int) -> None:
        """Hold the run and tell the people at once: nobody was messaged."""
        said = f"Held by the safety check: {qualified:,} users qualify, the limit is {limit:,}."
        post = self._context.post

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
                alarming.held(conn, run, qualified, limit, letter=post is not None, now_ms=now_ms)

        await self._context.store.write(block)
        reach("run.blocked")
        self._context.announce()
        if post is not None:
            post()

    async def _finish(self, row: CampaignRow, run: Run) -> bool:
        """End the run once nothing of it is open, and the campaign with its last one."""
        now = self._context.clock.now_ms()

        def finished(conn: sqlite3.Connection) -> bool:
            current = runs.find(conn, self._id, run.run)
            sending = current is not None and current.state == "sending"
            if sending and others(conn, run):
                return books.of_run(conn, self._id, run.run).pending == 0
            return sending and outbox.open_count(conn, self._id) == 0

        def finish(conn: sqlite3.Connection) -> bool:
            if not finished(conn):
                return False
            reason, said = outcome(books.of_run(conn, self._id, run.run))
            after = self._after_all(conn, row)
            if after is not None and caps.is_full(conn, self._id, caps.TOTAL):
                after, reason = None, "cap_reached"
            if not self._moves_on(conn, run, after, reason=reason, said=said, now_ms=now):
                return False
            runs.set_state(conn, self._id, run.run, "done", now_ms=now)
            return True

        if not await self._context.store.read(finished):
            return False
        reach("run.finish_begins")
        done = await self._context.store.write(finish)
        reach("run.finished")
        self._context.announce()
        return done
