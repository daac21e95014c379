"""One process of the product: the whole engine on a machine that can stop it, and kill it.

A kill is not an exception: the files are copied at that very moment, and from then on nothing of
the process reaches anyone. What its code still does as it is torn down happens to files that
nobody looks at any more.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import trio

from actors.desk import HouseRules
from actors.ingest import Ingest, IngestSettings
from actors.restraint import Pace
from actors.sources import DEFAULT, Source
from bot.notices import notice
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from domain.control import Controls
from domain.frequency import Calendar, GlobalLimits, Rolling
from store.errors import Fenced, StoreError
from tests.simulation import folders, history
from tests.simulation.inline import Died, InlineHold, opening_on
from tests.simulation.plan import Plan
from tests.simulation.wire import SegmentInWorld
from tests.simulation.world import WRITE_KEY, SeenClock, World

T = TypeVar("T")

INGEST_KEY = "canary-ingest-key"
INSTALL_KEY = bytes(range(32))
SLOW_SHARE = 0.1
SLOW_SECONDS_MEAN = 0.02
BUSY_SHARE = 0.5
BUSY_SECONDS_MEAN = 0.15
TIMEOUT_SECONDS = 10.0
BALLAST_BYTES = 4_096
BIRTHMARK = "1:1:1"
"""An image is no copy that a person made: it is the same database after a power cut."""
COPIES_LOST_SHARE = 0.2
FALLS_SECONDS_MAX = 10.0

running: ContextVar["Daemon | None"] = ContextVar("running", default=None)
"""Whose code runs: what the product logs and reaches belongs to this process."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where others come in."""

    engine: Engine
    ingest: Ingest


def _limits(plan: Plan) -> GlobalLimits:
    """Return what the plan's operator allows one user, and all campaigns together."""
    return GlobalLimits(
        rules=tuple(
            Calendar(one.most, one.period) if one.period else Rolling(one.most, one.minutes)
            for one in plan.frequency
        ),
        dwell_minutes=plan.dwell_minutes,
        messages_per_5_minutes=plan.most_per_5_minutes,
    )


class Daemon:
    """A process in `folder`. It is its own machine (see `inline.Machine`)."""

    def __init__(
        self,
        world: World,
        folder: Path,
        *,
        committed: Callable[["Daemon"], None],
        adopt: bool = False,
    ) -> None:
        world.daemons += 1
        self.number = world.daemons
        self.folder = folder
        self.alive = True
        self.image: Path | None = None
        self.backup: Path | None = None  # what is put in place of its files once it is dead
        self.down_ms = 1_000
        self.up = trio.Event()
        self.over = trio.Event()
        self._doors: Doors | None = None
        self._world = world
        self._on_commit = committed
        self._adopt = adopt
        self._chance = world.chance("machine", self.number)
        self._threads = world.chance("threads", self.number)
        self._scope = trio.CancelScope()
        self._visitors: dict[int, trio.CancelScope] = {}
        self._visits = 0
        self._stopped: trio.Event | None = None

    async def run(self) -> None:
        """Live until killed, cancelled or ended by its own doing."""
        running.set(self)
        self._tell("restored" if self._adopt else "started")
        try:
            with self._scope:
                await self._serve()
        except BaseException as error:
            if self.alive:
                if not _is_fenced(error):
                    if _is_cancelled(error):
                        raise
                    self._world.errors.append(error)
                self._tell("fenced" if _is_fenced(error) else "stopped")
        finally:
            self.alive = False
            self._send_away()
            self.over.set()

    async def _serve(self) -> None:
        world = self._world
        plan = world.plan
        clock = SeenClock(world)
        settings = EngineSettings(
            folder=self.folder,
            zone=plan.zone,
            segment_url="http://segment.invalid",
            write_key=WRITE_KEY,
            pace=Pace(messages_per_second=plan.rate, requests_at_once_max=plan.at_once),
            timeout_seconds=TIMEOUT_SECONDS,
            ballast_bytes=BALLAST_BYTES,
            house_limits=_limits(plan),
            house=HouseRules(keep_events_days=plan.house.keep_days),
            controls=Controls(plan.house.system, plan.house.groups),
        )
        around = Surroundings(
            clock=clock,
            hold=InlineHold(self),
            chance=world.chance("daemon", self.number),
            fresh_key=INSTALL_KEY,
            error_id=lambda: "E1",
            opening=opening_on(self),
            birthmark=lambda _path: BIRTHMARK,
            transport=SegmentInWorld(world, self.number, alive=lambda: self.alive),
        )
        async with open_engine(settings, around, adopt=self._adopt) as engine:
            ingest = Ingest(
                engine.store,
                engine.router,
                IngestSettings(
                    "", 0, (Source(DEFAULT, keys=(INGEST_KEY,)),), 4 * 2**20, 64 * 2**20
                ),
                clock=engine.clock,
                pressure=engine.pressure,
                install_key=engine.install_key,
                error_id=around.error_id,
            )
            self._doors = Doors(engine, ingest)
            self.up.set()
            await self._announce(engine)

    async def _announce(self, engine: Engine) -> None:
        """Say what Slack must be told, as its announcer does; for ever."""
        while True:
            for announcement, _card in await engine.desk.announcements():
                if self.alive and announcement.body:
                    self._world.left("slack", notice(announcement).text)
                await trio.sleep(1)
                await engine.desk.announced(announcement, None)

    async def visit(self, what: Callable[[Doors], Awaitable[T]]) -> T | None:
        """Do something at the process's doors; None once it does not answer."""
        with trio.CancelScope() as scope:
            self._visits += 1
            self._visitors[visit := self._visits] = scope
            try:
                await self.up.wait()
                assert self._doors is not None, "it is up"
                token = running.set(self)
                try:
                    answer = await what(self._doors)
                finally:
                    running.reset(token)
                if self.alive:
                    return answer
            except (StoreError, Died):
                pass
            except Exception as error:  # noqa: BLE001 - a process that falls may answer anything
                with trio.move_on_after(FALLS_SECONDS_MAX):
                    await self.over.wait()
                if self.alive:
                    self._world.errors.append(error)
            except BaseExceptionGroup as group:  # it died within a nursery of its own
                _, rest = group.split(Died)
                if rest is not None:
                    raise rest from None
            finally:
                self._visitors.pop(visit, None)
        return None

    def kill(self, image: Path, *, down_ms: int) -> None:
        """Die at this very moment, with the files as they are."""
        if not self.alive:
            return
        image.mkdir()
        copies = self._chance.random() >= COPIES_LOST_SHARE
        folders.copy(self.folder, image, copies=copies)
        self.image, self.down_ms = image, down_ms
        self._tell("killed")
        self.alive = False
        self.go()
        self._scope.cancel()
        self._send_away()

    def stop(self) -> None:
        """Stop the process where it is, as a signal does."""
        self._tell("suspended")
        self._stopped = trio.Event()

    def go(self) -> None:
        """Let it go on."""
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None

    async def pass_gate(self) -> None:
        """Wait for a slow disk, and while the process is stopped; raise `Died` once it is dead.

        It seldom has to wait. Then it does not yield either, for whoever asks has just done so.
        """
        if self._chance.random() < SLOW_SHARE:
            await trio.sleep(self._chance.expovariate(1 / SLOW_SECONDS_MEAN))
        while self._stopped is not None:
            await self._stopped.wait()
        if self.image is not None:
            raise Died

    def thread_seconds(self) -> float:
        """Say how long work waits for a thread: on a busy machine long enough for a pause."""
        if not self._world.plan.jittery or self._threads.random() >= BUSY_SHARE:
            return 0.0
        return self._threads.expovariate(1 / BUSY_SECONDS_MEAN)

    def committed(self) -> None:
        """Hear that a transaction is on disk."""
        if self.alive:
            self._on_commit(self)

    def _tell(
        self, what: Literal["started", "restored", "stopped", "killed", "suspended", "fenced"]
    ) -> None:
        self._world.record(
            history.Daemon(at_ms=self._world.now_ms(), daemon=self.number, what=what)
        )

    def _send_away(self) -> None:
        for scope in self._visitors.values():
            scope.cancel()


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _is_fenced(error: BaseException) -> bool:
    return any(isinstance(leaf, Fenced) for leaf in _leaves(error))


def _is_cancelled(error: BaseException) -> bool:
    return all(isinstance(leaf, trio.Cancelled) for leaf in _leaves(error))
