"""kill -9, again and again: at every place that has a name, and at any moment whatever."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

import trio

from clarion.fault_env import names
from tests.system.soak import crowd, waits
from tests.system.soak.ground import DIES_SECONDS_MAX, Ground

LIFE_SECONDS = (0.2, 3.0)
"""How long a daemon lives, once it is ready, before it is killed at random."""
TIMES_MAX = 3
"""A place is killed at the first, second or third time that it is reached."""
TRIES_MAX = 3
"""So often a daemon is sent to a place, from the second time on in fair weather. After an outage it
asks once in 30 s whether Segment is back, then sends slowly for minutes, and whatever goes wrong
meanwhile begins that anew: the third run of its life may not end in a life of 40 s."""
ONCE = ("start.", "epoch.", "sidecar.", "recover.", "clock.", "endings.")
"""Places that a daemon comes by once in its life, or seldom."""
ELSEWHERE = {
    "adopt.committed": "restore",
    "backup.renamed": "restore",
    "clock.accept_committed": "clock",
    "clock.leap_noted": "clock",
    "daemon.draining": "drills",
    "desk.told_slack": "drills",
    "erase.committed": "drills",
    "erase.deleted": "drills",
    "fuse.committed": "drills",
    "import.entries_kept": "drills",
    "import.kept": "drills",
    "live.set_aside": "drills",
    "merging.done": "drills",
    "merging.identity_kept": "drills",
    "migration.committed": "drills",
    "postpone.committed": "drills",
    "projector.compacted": "drills",
    "projector.forgotten": "drills",
    "restore.old_set_aside": "restore",
    "restore.renamed": "restore",
    "supervisor.faulted": "drills",
    "suppress.committed": "drills",
    "unclaim.before": "drills",
    "unclaim.committed": "drills",
    "verifying.before_send": "drills",
}
"""Places that the load does not come by, and the stage that goes there on purpose."""


def places() -> list[str]:
    """Return every place at which the load can be killed."""
    return [name for name in names() if name not in ELSEWHERE]


def places_of(stage: str) -> list[str]:
    """Return the places at which a stage has to kill the daemon."""
    return [name for name, where in ELSEWHERE.items() if where == stage]


@asynccontextmanager
async def under_load(ground: Ground, chance: Random) -> AsyncIterator[None]:
    """Let everybody come in, for as long as the block lasts."""
    await ground.live(crowd.STEADY)
    await waits.begin(ground)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        nursery.start_soon(waits.visitors, ground, Random(chance.random()))
        nursery.start_soon(crowd.people, ground, Random(chance.random()))
        nursery.start_soon(crowd.weather, ground, Random(chance.random()))
        yield
        nursery.cancel_scope.cancel()


async def at_every_place(ground: Ground, chance: Random, *, wanted: list[str]) -> list[str]:
    """Kill the daemon at each place in turn; return those that it did not come by."""
    missed = []
    for n, place in enumerate(wanted, 1):
        times = 1 if place.startswith(ONCE) else chance.randint(1, TIMES_MAX)
        tries = 1
        while not (died := await _killed_at(ground, f"{place}:{times}")) and tries < TRIES_MAX:
            tries += 1
            ground.fair_weather()
        ground.is_fair = False
        if not died:
            missed.append(place)
        said = f"killed, try {tries}," if died else "NOT REACHED"
        ground.say(f"{n}/{len(wanted)} {said} at {place}:{times}, {ground.so_far()}")
    return missed


async def _killed_at(ground: Ground, point: str) -> bool:
    """Send a daemon to a place; whether it died there or had to be killed, start another."""
    await ends(ground, f"before {point}", ground.stage.kill_daemon)
    died = not await ground.start(point) or await ground.dies()
    await ends(ground, f"at {point}", _nothing if died else ground.stage.kill_daemon)
    await ground.start()
    return died


async def at_random(
    ground: Ground, chance: Random, *, kills: int, until: float = float("inf")
) -> int:
    """Kill the daemon this many times at random, or until Trio's time is up; return how many."""
    for kill in range(1, kills + 1):
        if trio.current_time() > until:
            return kill - 1
        await trio.sleep(chance.uniform(*LIFE_SECONDS))
        await ends(ground, f"kill {kill}", ground.stage.kill_daemon)
        await ground.start()
        if kill % 10 == 0:
            ground.say(f"{kill}/{kills} kills, {ground.so_far()}")
    return kills


async def on_purpose(
    ground: Ground,
    point: str,
    act: Callable[[], Awaitable[object]] | None = None,
    *,
    seconds: float = DIES_SECONDS_MAX,
) -> None:
    """Let the daemon die at a place by doing what leads there, check what it left, start it again.

    `act` may go on asking: it is cancelled when the daemon has died. Without it the load leads
    there, or the start does.
    """
    place = point.rpartition(",")[2].partition(":")[0]
    await ends(ground, f"before {place}", ground.stage.stop_daemon)
    died = not await ground.start(point)
    if not died:
        async with trio.open_nursery() as nursery:
            if act is not None:
                nursery.start_soon(act)
            died = await ground.dies(seconds)
            if not died:
                await ground.stage.kill_daemon()
            nursery.cancel_scope.cancel()
    await ends(ground, f"at {place}", _nothing)
    if died:
        ground.killed_at.append(place)
    ground.say(f"{'killed' if died else 'NOT REACHED'} at {place}, {ground.so_far()}")
    await ground.start()


async def ends(ground: Ground, told: str, kill: Callable[[], Awaitable[None]]) -> None:
    """End the daemon and check what it left."""
    await kill()
    await ground.check(ground.look(), told)


async def _nothing() -> None:
    await trio.lowlevel.checkpoint()
