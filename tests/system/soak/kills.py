"""kill -9, again and again: at every place that has a name, and at any moment whatever."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import trio

from clarion.fault_env import names
from tests.system.soak import crowd
from tests.system.soak.ground import Ground

LIFE_SECONDS = (0.2, 3.0)
"""How long a daemon lives, once it is ready, before it is killed at random."""
TIMES_MAX = 3
"""A place is killed at the first, second or third time that it is reached."""
ELSEWHERE = {
    "adopt.committed": "a daemon that adopts",
    "backup.renamed": "a backup",
    "clock.accept_committed": "a clock that leaps",
    "clock.leap_noted": "a clock that leaps",
    "daemon.draining": "a daemon that is told to stop",
    "desk.told_slack": "a daemon with Slack",
    "fuse.committed": "content that fails",
    "live.set_aside": "an event that breaks a campaign",
    "migration.committed": "a new folder",
    "postpone.committed": "a campaign with do-not-disturb",
    "restore.old_set_aside": "a restore",
    "restore.renamed": "a restore",
    "supervisor.faulted": "a campaign that fails again and again",
    "unclaim.before": "a pause at the very moment of a claim",
    "unclaim.committed": "a pause at the very moment of a claim",
    "verifying.before_send": "a person who checks the connection",
}
"""Places that this load does not come by, and who does."""
Say = Callable[[str], None]


def places() -> list[str]:
    """Return every place at which the load can be killed."""
    return [name for name in names() if name not in ELSEWHERE]


@asynccontextmanager
async def under_load(ground: Ground, chance: Random) -> AsyncIterator[None]:
    """Let everybody come in, for as long as the block lasts."""
    await ground.live(crowd.STEADY)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        nursery.start_soon(crowd.people, ground, Random(chance.random()))
        nursery.start_soon(crowd.weather, ground, Random(chance.random()))
        yield
        nursery.cancel_scope.cancel()


async def at_every_place(
    ground: Ground, chance: Random, *, wanted: list[str], say: Say
) -> list[str]:
    """Kill the daemon at each place in turn; return those that it did not come by."""
    missed = []
    for place in wanted:
        times = (
            1
            if place.startswith(("start.", "epoch.", "sidecar."))
            else chance.randint(1, TIMES_MAX)
        )
        await _ends(ground, f"before {place}", ground.stage.kill_daemon)
        died = not await ground.start(f"{place}:{times}") or await ground.dies()
        told = f"at {place}:{times}"
        await _ends(ground, told, _nothing if died else ground.stage.kill_daemon)
        await ground.start()
        if not died:
            missed.append(place)
        say(f"{told}: {'killed' if died else 'not reached'}, {len(ground.found)} violations")
    return missed


async def at_random(
    ground: Ground, chance: Random, *, kills: int, say: Say, until: float = float("inf")
) -> int:
    """Kill the daemon this many times at random, or until Trio's time is up; return how many."""
    for kill in range(1, kills + 1):
        if trio.current_time() > until:
            return kill - 1
        await trio.sleep(chance.uniform(*LIFE_SECONDS))
        await _ends(ground, f"kill {kill}", ground.stage.kill_daemon)
        await ground.start()
        if kill % 10 == 0:
            say(
                f"{kill} of {kills} kills, {len(ground.acknowledged):,} events acknowledged,"
                f" {len(ground.final):,} messages accepted, {len(ground.found)} violations"
            )
    return kills


async def _ends(ground: Ground, told: str, kill: Callable[[], object]) -> None:
    """End the daemon and check what it left."""
    result = kill()
    if result is not None:
        await result  # type: ignore[misc]  # a coroutine, of either
    await ground.check(ground.look(), told)


async def _nothing() -> None:
    await trio.lowlevel.checkpoint()
