"""One life: the plan is played to its end, and what the world saw of it is its history.

First everything goes wrong that the plan has; then Segment is well, the clock is right, people
answer what waits for them, and all must come to rest.
"""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio
from msgspec import Struct

from store import fault_points
from tests.simulation import daemon as processes
from tests.simulation import folders, inspection, mishaps, resting
from tests.simulation.clock import JumpingClock, seeded
from tests.simulation.daemon import Daemon
from tests.simulation.history import Entry, Outage, Violation, WallClock
from tests.simulation.listening import heard
from tests.simulation.mishaps import Mishaps
from tests.simulation.oracle import check
from tests.simulation.oracle_ledger import Rules
from tests.simulation.people import People
from tests.simulation.plan import Crash, Plan, PlannedFault, PlannedRestore, Usurped
from tests.simulation.senders import Senders
from tests.simulation.world import World

RESTART_MS = 2_000
"""After so long a process that ended by itself is started again, as a service manager does."""
ERRORS_MAX = 5
"""A life whose daemons fall so often has shown what is wrong, and ends."""
LOOKS = 20
"""How often the books are looked at while things go wrong."""
MEMORY = Path("/dev/shm")


class Lived(Struct, frozen=True):
    """A life that is over: its history, what failed beyond it, and how many commits it had."""

    history: tuple[Entry, ...]
    failed: tuple[Violation, ...]
    commits: int


def judged(plan: Plan, lived: Lived) -> list[Violation]:
    """Return every promise that did not hold in a life."""
    rules = Rules(
        rate=plan.rate,
        zone=plan.zone,
        requests_at_once_max=plan.at_once,
        secrets=inspection.secrets(),
        frequency=tuple((one.most, one.minutes, one.period) for one in plan.frequency),
        dwell_minutes=plan.dwell_minutes,
        most_per_5_minutes=plan.most_per_5_minutes,
        sleeps_ms=plan.oversleeps,
        house=plan.house,
    )
    return [*lived.failed, *check(lived.history, rules)]


def live(plan: Plan, tell: Callable[[Entry], None] = lambda _entry: None) -> Lived:
    """Play a plan from its beginning to its end."""
    where = MEMORY if MEMORY.is_dir() else None
    world = World(plan, tell)
    with (
        tempfile.TemporaryDirectory(prefix="clarion-sim-", dir=where) as root,
        heard(world) as errors,
    ):
        seeded(plan.seed)
        clock = JumpingClock()
        clock.asleep = world.asleep
        trio.run(_Life(world, Path(root)).run, clock=clock)
        failed = [*errors, *(f"the daemon ended by itself: {one!r}" for one in world.errors)]
        at_ms = world.history[-1].at_ms if world.history else 0
        return Lived(
            tuple(world.history),
            tuple(Violation("engine", at_ms, what) for what in failed),
            world.commits,
        )


class _Life:
    """The plan at work."""

    def __init__(self, world: World, root: Path) -> None:
        self._world = world
        self._root = root
        self._images = 0
        self._current: Daemon | None = None
        self._changed = trio.Event()
        self._others: list[Daemon] = []
        self._people = People(world, self._home)
        self._senders = Senders(world, self._home)
        self._mishaps = Mishaps(world, self._home, root)
        self._adopting = False
        self._nursery: trio.Nursery | None = None
        self._healed_ms = 0
        self._at_commit = {c.commit: c for c in world.plan.crashes if c.commit is not None}
        self._at_point = {(c.point, c.nth): c for c in world.plan.crashes if c.point}
        self._reached: dict[str, int] = {}

    async def run(self) -> None:
        """Live the whole life."""
        plan = self._world.plan
        fault_points.listener = self._reach
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                nursery.start_soon(self._keep, self._root / "0")
                self._people.plan()
                await self._senders.introduce()
                async with trio.open_nursery() as doing:
                    self._begin(doing)
                await self._world.until(plan.span)
                await self._heal()
                nursery.cancel_scope.cancel()
        finally:
            fault_points.listener = None

    def _begin(self, doing: trio.Nursery) -> None:
        """Start everything that the plan has, each at its time."""
        plan = self._world.plan
        for act in plan.acts:
            doing.start_soon(self._at, act.at, lambda act=act: self._people.act(act))
        for event in plan.events:
            doing.start_soon(self._at, event.at, lambda event=event: self._senders.send(event))
        for fault in plan.faults:
            doing.start_soon(self._at, fault.at, lambda fault=fault: self._fault(fault))
        for well in plan.well:
            doing.start_soon(self._at, well.at, self._clear)
        for jump in plan.jumps:
            doing.start_soon(self._at, jump.at, lambda jump=jump: self._jump(jump.offset))
        for crash in plan.crashes:
            if crash.at is not None:
                doing.start_soon(self._at, crash.at, lambda crash=crash: self._crash(crash))
        self._begin_trouble(doing)
        for usurped in plan.usurpations:
            doing.start_soon(self._at, usurped.at, lambda usurped=usurped: self._usurp(usurped))
        for n in range(1, LOOKS):
            doing.start_soon(self._at, plan.span * n // LOOKS, self._people.look)

    def _begin_trouble(self, doing: trio.Nursery) -> None:
        plan, senders, bad = self._world.plan, self._senders, self._mishaps
        for rot in plan.rots:
            doing.start_soon(self._at, rot.at, lambda rot=rot: bad.rot(rot))
        for one in plan.suppressions:
            doing.start_soon(self._at, one.at, lambda one=one: self._people.suppress(one))
        for user in plan.users:
            if user.comes:
                doing.start_soon(self._at, user.comes, lambda user=user: senders.bring(user))
        for again in plan.profiles:
            doing.start_soon(self._at, again.at, lambda again=again: senders.say_again(again))
        for backup in plan.backups:
            doing.start_soon(self._at, backup.at, bad.back_up)
        for back in plan.restores:
            doing.start_soon(self._at, back.at, lambda back=back: self._restore(back))

    async def _at(self, at: int, what: Callable[[], Awaitable[None]]) -> None:
        await self._world.until(at)
        await what()

    async def _home(self) -> Daemon:
        """Wait for the daemon that people and senders reach now."""
        while True:
            daemon = self._current
            if daemon is not None and daemon.alive:
                await trio.lowlevel.checkpoint()
                return daemon
            await self._changed.wait()

    async def _keep(self, folder: Path) -> None:
        """Keep one daemon alive: after its end another one starts."""
        while True:
            daemon = self._start(folder)
            while not (daemon := self._current or daemon).over.is_set():
                await self._changed.wait()
            if len(self._world.errors) >= ERRORS_MAX:
                assert self._nursery is not None, "run() opens it"
                self._nursery.cancel_scope.cancel()
            folder = daemon.image or daemon.folder
            await self._world.pause(daemon.down_ms if daemon.image else RESTART_MS)
            self._adopting &= not daemon.up.is_set()  # people say --adopt until it is up once
            if daemon.backup is not None:
                mishaps.put_back(daemon.backup, folder, now_ms=self._world.wall_ms())
                self._adopting = True

    def _start(self, folder: Path) -> Daemon:
        assert self._nursery is not None, "run() opens it"
        self._current = Daemon(self._world, folder, committed=self._committed, adopt=self._adopting)
        self._nursery.start_soon(self._run, self._current)
        self._wake()
        return self._current

    async def _run(self, daemon: Daemon) -> None:
        await daemon.run()
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    def _committed(self, daemon: Daemon) -> None:
        self._world.commits += 1
        if crash := self._at_commit.get(self._world.commits):
            self._kill(daemon, crash)

    def _reach(self, name: str) -> None:
        daemon = processes.running.get()
        if daemon is None or not daemon.alive:
            return
        nth = self._reached[name] = self._reached.get(name, 0) + 1
        if crash := self._at_point.get((name, nth)):
            self._kill(daemon, crash)

    async def _crash(self, crash: Crash) -> None:
        await trio.lowlevel.checkpoint()
        if self._current is not None:
            self._kill(self._current, crash)

    async def _restore(self, back: PlannedRestore) -> None:
        """Kill the daemon and put the latest backup in place of its files, if there is one."""
        await trio.lowlevel.checkpoint()
        daemon = self._current
        if daemon is not None and daemon.alive and self._mishaps.latest is not None:
            self._kill(daemon, Crash(down=back.down))
            daemon.backup = self._mishaps.latest

    def _kill(self, daemon: Daemon, crash: Crash) -> None:
        if daemon is self._current and not self._healed_ms:
            self._images += 1
            daemon.kill(self._root / f"{self._images}", down_ms=crash.down)

    async def _usurp(self, usurped: Usurped) -> None:
        """Stop the daemon, let another one take its folder, and wake it up again."""
        first = self._current
        if first is None or not first.alive or not first.up.is_set() or self._others:
            return
        self._others.append(first)
        first.stop()
        self._images += 1
        self._start(folders.second_door(first.folder, self._root / f"{self._images}"))
        await self._world.pause(usurped.wakes_after)
        first.go()

    async def _fault(self, fault: PlannedFault) -> None:
        self._world.segment.faults.next(fault.name, **fault.settings)
        if fault.name == "down":  # flapping is up in between
            self._world.record(Outage(self._world.now_ms(), up=False))
            await self._world.pause(float(fault.settings["seconds"]) * 1000)
            self._world.record(Outage(self._world.now_ms(), up=True))

    async def _clear(self) -> None:
        await trio.lowlevel.checkpoint()
        self._world.segment.faults.clear()

    async def _jump(self, offset_ms: int) -> None:
        await trio.lowlevel.checkpoint()
        self._world.offset_ms = offset_ms
        self._world.record(WallClock(self._world.now_ms(), offset_ms))

    async def _heal(self) -> None:
        """Let all be well, wait until nothing moves any more, and write down how it stands."""
        world = self._world
        if world.offset_ms:
            await self._jump(0)
        world.segment.faults.clear()
        self._healed_ms = world.now_ms()
        world.oversleeps_ms = max(world.oversleeps_ms, resting.LOOK_MS)
        await resting.rest(world, self._home, self._people)
        await inspection.inspect(
            world, self._home, self._people, self._senders, healed_ms=self._healed_ms
        )
