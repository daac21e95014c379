"""The stages of a soak, each on a folder of its own: what is done to the daemon, and how much."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import trio
from msgspec import Struct

from tests.system.soak import crowd, disks, kills, outage, pausing, poison, suspended
from tests.system.soak.ground import Ground, open_ground

USERS = 600
POISONED = 500


class Amount(Struct, frozen=True):
    """How much of everything; `until` is Trio's time at which the random kills end.

    `tables` are those that are damaged, "" for the first page of the file.
    """

    kills: int
    places: tuple[str, ...]
    pauses: int
    suspended_seconds: float
    outage_seconds: float
    users: int = USERS
    tables: tuple[str, ...] = ("", "log", "campaign")
    until: float = float("inf")


class Result(Struct, frozen=True):
    """What a stage did in a line, and every violation."""

    told: str
    found: tuple[str, ...]


Stage = Callable[[Path, Random, Amount, kills.Say], Awaitable[Result]]


async def named_places(folder: Path, chance: Random, amount: Amount, say: kills.Say) -> Result:
    """Kill -9 at each named fault point."""
    async with open_ground(folder, seed=chance.randrange(1 << 30), users=amount.users) as ground:
        async with kills.under_load(ground, chance):
            missed = await kills.at_every_place(ground, chance, wanted=list(amount.places), say=say)
        await ground.rest("at rest")
        ground.found += [f"The load did not come by {place}." for place in missed]
        return _result(ground, f"{len(amount.places) - len(missed)} places")


async def random_times(folder: Path, chance: Random, amount: Amount, say: kills.Say) -> Result:
    """Kill -9 at random times."""
    async with open_ground(folder, seed=chance.randrange(1 << 30), users=amount.users) as ground:
        async with kills.under_load(ground, chance):
            done = await kills.at_random(
                ground, chance, kills=amount.kills, say=say, until=amount.until
            )
        await ground.rest("at rest")
        return _result(ground, f"{done} kills")


async def two_daemons(folder: Path, chance: Random, amount: Amount, _say: kills.Say) -> Result:
    """SIGSTOP, and a second daemon meanwhile."""
    async with open_ground(folder, seed=chance.randrange(1 << 30), users=amount.users) as ground:
        async with kills.under_load(ground, chance):
            await trio.sleep(1.0)
            await suspended.two_daemons(ground, seconds=amount.suspended_seconds)
            await ground.start()
            await trio.sleep(1.0)
        await ground.rest("at rest")
        return _result(ground, f"suspended for {amount.suspended_seconds:.0f} s")


async def bad_disks(folder: Path, chance: Random, amount: Amount, _say: kills.Say) -> Result:
    """The disk full under load, then read-only, then damaged."""
    with disks.small_disk(folder / "data") as why:
        if why:
            return Result(f"skipped: {why}", ())
        async with open_ground(folder, seed=chance.randrange(1 << 30), users=300) as ground:
            await ground.live(crowd.STEADY)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(crowd.shoppers, ground)
                await trio.sleep(1.0)
                told = await disks.full_disk(ground)
                await trio.sleep(1.0)
                nursery.cancel_scope.cancel()
            await ground.rest("after a full disk")
            await disks.read_only(ground)
            for table in amount.tables:
                await disks.damaged(ground, table=table)
            return _result(ground, told)


async def poisoned(folder: Path, chance: Random, _amount: Amount, _say: kills.Say) -> Result:
    """A poison message among many."""
    async with open_ground(folder, seed=chance.randrange(1 << 30), users=POISONED) as ground:
        await poison.one_in_many(ground, many=POISONED)
        await ground.rest("after a poison message")
        return _result(ground, f"one in {POISONED}")


async def outages(folder: Path, chance: Random, amount: Amount, _say: kills.Say) -> Result:
    """Segment away under load."""
    async with open_ground(folder, seed=chance.randrange(1 << 30), users=amount.users) as ground:
        await ground.live(crowd.STEADY)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(crowd.shoppers, ground)
            nursery.start_soon(crowd.people, ground, chance)
            told = await outage.outage(ground, seconds=amount.outage_seconds)
            nursery.cancel_scope.cancel()
        await ground.rest("after an outage")
        return _result(ground, told)


async def paused(folder: Path, chance: Random, amount: Amount, _say: kills.Say) -> Result:
    """Pauses in the middle of a run."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, rate=pausing.RATE) as ground:
        tries = await pausing.pauses(ground, chance, tries=amount.pauses)
        await ground.stage.stop_daemon()
        await ground.check(ground.look(), "after pauses")
        return _result(ground, tries.summary())


def _result(ground: Ground, told: str) -> Result:
    seen = (
        f"{told}; {len(ground.acknowledged):,} events acknowledged, {len(ground.final):,} messages"
        f" accepted, {ground.checked} checks"
    )
    return Result(seen, tuple(ground.found))


STAGES: dict[str, Stage] = {
    "poison": poisoned,
    "two-daemons": two_daemons,
    "disks": bad_disks,
    "outage": outages,
    "pauses": paused,
    "places": named_places,
    "kills": random_times,
}
"""By the name that `--only` takes; the random kills last, since time may cut them short."""
