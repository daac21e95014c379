"""The stage of a rehearsal: the whole engine, from the first event to the last message."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from heapq import merge
from operator import itemgetter
from pathlib import Path
from random import Random

import msgspec
import trio

from actors.accepting import Accepting
from actors.clock import TrioClock
from actors.elsewhere import Elsewhere
from actors.mail import SkipRun
from actors.mail_rehearsal import HeldRun, Progress, Rehearsed
from actors.rules import Rules
from clarion import rehearsal_answer
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from clarion.rehearsal_play import Play
from domain import rehearsal
from domain.campaign import Campaign
from domain.periods import DAY_MS
from domain.review import Action, State
from store import acts, campaigns, inline, log, meta, others, scratch, sent_elsewhere
from store.allowance import Bounds
from store.campaigns import CampaignRow
from store.copy_connection import Limits as CopyLimits
from store.database import DATABASE_NAME
from store.others import Step
from store.scratch import REPLAY_NAME, Copied

BY = "U0REHEARSAL"
LOOK_SECONDS = 1_800.0
LEAP_SECONDS = DAY_MS / 1_000
"""So much of a quiet stretch is played before it is asked again how long it took."""
SETTLE_MS_MAX = 10 * DAY_MS
"""Nothing is sent later than 72 hours after do-not-disturb ends, which lasts less than a week."""
OUT_OF_REACH_MS = 10_000 * DAY_MS
PROGRESS_SECONDS = 0.5
"""Between two lines of progress, of real time."""
COPY_MB_MAX = 512
ROWS_BEHIND_MAX = 200_000
NEVER = 10**12
"""Runs ask the audience's copy, which catches up then, and seldom before; live campaigns do not."""
_FREE = 2**20


class Stage:
    """One rehearsal, from the first event to the last message."""

    def __init__(
        self,
        folder: Path,
        play: Play,
        campaign: Campaign,
        copied: Copied,
        from_ms: int,
        known_as: str,
        tell: Callable[[Progress], object],
    ) -> None:
        self._folder = folder
        self._play = play
        self._campaign = campaign
        self._copied = copied
        self._from_ms = from_ms
        self._known_as = known_as
        self._tell = tell
        self._told_at = 0.0
        self._began = time.monotonic()
        self._id = ""
        self._blocked: dict[str, HeldRun] = {}

    async def run(self) -> Rehearsed:
        """Play everything, and look at what it left."""
        self._id = self._publish()
        settings = EngineSettings(
            folder=self._folder,
            zone=self._play.zone,
            segment_url="http://rehearsal.invalid",
            write_key="rehearsal",
            pace=self._play.pace,
            free_bytes_min=_FREE,
            ballast_bytes=4_096,
            controls=self._play.controls,
            house_limits=self._play.house,
            copy=CopyLimits(
                memory_mb_max=COPY_MB_MAX,
                threads_max=1,
                rows_behind_max=NEVER if self._campaign.kind == "live" else ROWS_BEHIND_MAX,
            ),
        )
        around = Surroundings(
            clock=TrioClock(self._from_ms),
            hold=inline.InPlace(),
            chance=Random(0),  # noqa: S311 - retries of a Segment that never fails
            fresh_key=bytes(32),
            error_id=lambda: "rehearsal",
            opening=inline.opening,
            transport=Accepting(),
            look_every_seconds=DAY_MS / 1_000,
            elsewhere=self._elsewhere,
            attended=False,
        )
        async with open_engine(settings, around) as engine:
            grain = rehearsal.grain_ms(
                self._copied.moments, stretch_ms=self._play.now_ms - self._from_ms
            )
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._release_held_runs, engine)
                played, upto_ms = await self._play_all(engine, grain)
                waiting = await self._put_off(engine, OUT_OF_REACH_MS)
                await self._settle(engine)
                await self._put_off(engine, -OUT_OF_REACH_MS)
                nursery.cancel_scope.cancel()
            answer = await self._answer(engine, grain, played, upto_ms)
            return msgspec.structs.replace(answer, waiting=waiting)

    def _elsewhere(self) -> Elsewhere:
        """Return what other campaigns sent, for whoever keeps to the pace or a throttle."""
        file = self._folder / REPLAY_NAME
        bursts = sent_elsewhere.bursts(file, since_ms=self._from_ms)
        return Elsewhere(bursts, yields=self._campaign.kind == "live")

    def _publish(self) -> str:
        """Publish the campaign as two people would have done, at the beginning of the stretch."""
        conn = sqlite3.connect(self._folder / DATABASE_NAME, isolation_level=None)
        now = self._from_ms
        try:
            conn.execute("BEGIN")
            key = acts.audit_key(meta.ensure_install_key(conn, bytes(32)))
            row = campaigns.create(
                conn,
                self._campaign,
                author=BY,
                channel="",
                now_ms=now,
                known_as=self._known_as,
            )
            assert isinstance(row, CampaignRow), "a fresh database has no other campaign"
            for action in (Action.SUBMIT, Action.APPROVE, Action.PUBLISH):
                acts.advance(conn, row.id, action, key=key, now_ms=now)
            campaigns.publish(conn, row.id, 1, now_ms=now, review_required=False)
            conn.execute("COMMIT")
        finally:
            conn.close()
        return row.id

    async def _play_all(self, engine: Engine, grain: int) -> tuple[int, int]:
        """Let everything come in at its moment; return how much, and up to when."""
        done, upto = 0, self._play.now_ms
        for moment, batch in self._timeline(grain):
            if (reached := await self._at(moment)) < moment:
                return done, reached
            if isinstance(batch[0], Step):
                await engine.store.write(partial(others.play, some=batch))
                continue
            await self._feed(engine, batch)
            done += len(batch)
            self._progress(done, moment)
            if self._out_of_time():
                return done, moment
        return done, await self._at(upto)

    def _timeline(self, grain: int) -> Iterator[tuple[int, list[log.Incoming] | list[Step]]]:
        """Yield what came in and what other campaigns did, in the order of time."""
        events = scratch.played(self._folder, grain_ms=grain)
        if not self._copied.others:
            return events
        return merge(others.steps(self._folder / REPLAY_NAME), events, key=itemgetter(0))

    async def _feed(self, engine: Engine, records: list[log.Incoming]) -> None:
        now = engine.clock.now_ms()
        kept = await engine.store.write(
            partial(log.append, records=records, now_ms=now, install_key=engine.install_key)
        )
        engine.router.route(kept.names, kept.last_seq)

    async def _at(self, moment_ms: int) -> int:
        """Wait, in virtual time, until it is so late; return earlier if the real time is up.

        Where nothing comes in for weeks the engine looks around all the same, and that takes time.
        """
        ends = (moment_ms - self._from_ms) / 1_000
        while (now := trio.current_time()) < ends:
            await trio.sleep_until(min(ends, now + LEAP_SECONDS))
            if now + LEAP_SECONDS < ends and self._out_of_time():
                return self._from_ms + round(trio.current_time() * 1_000)
        return moment_ms

    async def _put_off(self, engine: Engine, by_ms: int) -> int:
        """Keep waits back that end after the stretch: what would clear them is not known yet."""
        job = partial(rehearsal_answer.put_off, campaign=self._id, by_ms=by_ms)
        return await engine.store.write(job)

    async def _settle(self, engine: Engine) -> None:
        """Let what was decided go, or come to its end."""
        ends = engine.clock.now_ms() + SETTLE_MS_MAX
        is_over = partial(rehearsal_answer.is_over, campaign=self._id)
        while engine.clock.now_ms() < ends and not self._out_of_time():
            await trio.sleep(60)
            if await engine.store.read(is_over):
                return

    async def _release_held_runs(self, engine: Engine) -> None:
        """Note each run that the safety check holds, and skip it: a later one may follow."""
        look = partial(rehearsal_answer.held_run, campaign=self._id)
        ends = self._campaign.limits.stop_on_block
        while True:
            row, held = await engine.store.read(look)
            if row.state is State.BLOCKED and held is not None:
                self._blocked[held.run] = held
                if ends:
                    return
                await engine.desk.ask(SkipRun(name=self._id, by=BY, run=held.run))
            await trio.sleep(LOOK_SECONDS)

    async def _answer(self, engine: Engine, grain: int, played: int, upto_ms: int) -> Rehearsed:
        read = partial(
            rehearsal_answer.read,
            campaign=self._id,
            rules=Rules(
                now_ms=engine.clock.now_ms(),
                key=b"",
                zone=self._play.zone,
                controls=self._play.controls,
                bounds=Bounds(self._play.house, self._play.zone),
            ),
            from_ms=self._from_ms,
            until_ms=upto_ms,
        )
        notes = ["Profiles and lists are those of now"] if self._copied.users else []
        if n := self._copied.never:
            notes.append(f"Users whom it is never for were left out: {n:,}")
        if n := self._copied.others:
            notes.append(f"Messages of other campaigns count towards the limits on one user: {n:,}")
        if n := self._copied.elsewhere:
            notes.append(f"Messages of other campaigns took of the pace and the throttle: {n:,}")
        if upto_ms < self._play.now_ms:
            notes.append("It took too long, so it ends earlier: rehearse fewer days")
        if grain > 1:
            notes.append(f"There is so much that moments are exact to {grain // 1_000} s")
        found = await engine.store.read(read)
        if self._play.messages:
            write = partial(
                rehearsal_answer.write_messages,
                campaign=self._id,
                zone=self._play.zone,
                file=Path(self._play.messages),
            )
            await engine.store.read(write)
        return msgspec.structs.replace(
            found,
            events=played,
            moved=self._copied.moved,
            others=self._copied.others,
            grain_ms=grain,
            hour_max=rehearsal.hour_max(
                self._campaign,
                self._play.house,
                messages_per_second=self._play.pace.messages_per_second,
            ),
            blocked=tuple(self._blocked.values()),
            notes=tuple(notes),
            took_ms=round(1_000 * (time.monotonic() - self._began)),
        )

    def _progress(self, done: int, moment: int) -> None:
        if time.monotonic() - self._told_at >= PROGRESS_SECONDS:
            self._told_at = time.monotonic()
            self._tell(Progress(done, self._copied.within, moment))

    def _out_of_time(self) -> bool:
        return time.monotonic() - self._began > self._play.seconds_max
