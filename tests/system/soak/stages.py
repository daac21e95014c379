"""The stages of a soak, each on a folder of its own: what is done to the daemon, and how much."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from random import Random

import trio
from msgspec import Struct

from tests.system.soak import (
    aging,
    crowd,
    disks,
    drills,
    kills,
    leaping,
    outage,
    pausing,
    poison,
    restored,
    suspended,
)
from tests.system.soak.ground import Ground, Say, open_ground

USERS = 600
POISONED = 500
OLD_USERS = 40
"""Few, so that each does something again and again."""
OLD_KILLS_MAX = 20


class Amount(Struct, frozen=True):
    """How much of everything; `until` is Trio's time at which random kills and pauses end.

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
    """What a stage did in a line, in numbers, and every violation."""

    told: str
    found: tuple[str, ...] = ()
    events: int = 0
    messages: int = 0
    checks: int = 0


Stage = Callable[[Path, Random, Amount, Say], Awaitable[Result]]


async def named_places(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Kill -9 at each named fault point that the load comes by."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        async with kills.under_load(ground, chance):
            missed = await kills.at_every_place(ground, chance, wanted=list(amount.places))
        await ground.rest("at rest")
        ground.found += [f"The load did not come by {place}." for place in missed]
        return _result(ground, f"killed at {len(amount.places) - len(missed)} places")


async def random_times(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Kill -9 at random times."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        async with kills.under_load(ground, chance):
            done = await kills.at_random(ground, chance, kills=amount.kills, until=amount.until)
        await ground.rest("at rest")
        if done < amount.kills:
            ground.found.append(f"Only {done} of {amount.kills} kills were done in time.")
        return _result(ground, f"{done} kills")


async def rare_acts(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Kill -9 over what people and fate do seldom."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, mode="socket", say=say) as ground:
        await drills.all_of_them(ground)
        await ground.rest("after the drills")
        return _at_places(ground, "drills")


async def a_restore(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """A backup under load, a restore and an adoption, each cut off by kill -9."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        async with kills.under_load(ground, chance):
            file = await restored.back_up(ground)
            await kills.ends(ground, "before a restore", ground.stage.kill_daemon)
            await ground.start()
        await ground.stage.kill_daemon()
        await restored.restore(ground, file)
        await restored.go_on(ground)
        return _at_places(ground, "restore")


async def wrong_clock(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """The wall clock leaps under load."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        await ground.live(crowd.STEADY)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(crowd.shoppers, ground)
            told = await leaping.leaps(ground)
            nursery.cancel_scope.cancel()
        await ground.rest("after leaps of the clock")
        return _at_places(ground, "clock", told)


async def old_events(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Old events leave under load and kill -9; the first of each user and name stays."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=OLD_USERS, say=say) as ground:
        times = min(max(amount.kills // 10, 1), OLD_KILLS_MAX)
        told = await aging.old_events_leave(ground, chance, times=times)
        return _result(ground, told)


async def two_daemons(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """SIGSTOP, and a second daemon meanwhile."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        async with kills.under_load(ground, chance):
            await trio.sleep(1.0)
            await suspended.two_daemons(ground, seconds=amount.suspended_seconds)
            await ground.start()
            await trio.sleep(1.0)
        await ground.rest("at rest")
        return _result(ground, f"suspended for {amount.suspended_seconds:.0f} s")


async def bad_disks(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """The disk full under load, then read-only, then damaged."""
    seed = chance.randrange(1 << 30)
    with disks.small_disk(folder / "data") as why:
        if why:
            return Result(f"skipped: {why}")
        async with open_ground(folder, seed=seed, users=min(amount.users, 300), say=say) as ground:
            await ground.live(crowd.STEADY)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(crowd.shoppers, ground)
                await trio.sleep(1.0)
                told = await disks.full_disk(ground)
                await trio.sleep(1.0)
                nursery.cancel_scope.cancel()
            await ground.rest("after a full disk")
            say(f"a full disk: {told}")
            await disks.read_only(ground)
            say("a read-only disk: refused")
            for table in amount.tables:
                await disks.damaged(ground, table=table)
                say(f"a damaged {table or 'first page'}: refused")
            return _result(ground, f"full: {told}; read-only; {len(amount.tables)} damaged pages")


async def poisoned(folder: Path, chance: Random, _amount: Amount, say: Say) -> Result:
    """A poison message among many."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=POISONED, say=say) as ground:
        await poison.one_in_many(ground, many=POISONED)
        await poison.dropped(ground)
        await ground.rest("after a poison message")
        return _result(ground, f"one in {POISONED}: listed, sent again, dropped")


async def outages(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Segment away under load."""
    seed = chance.randrange(1 << 30)
    async with open_ground(folder, seed=seed, users=amount.users, say=say) as ground:
        await ground.live(crowd.STEADY)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(crowd.shoppers, ground)
            nursery.start_soon(crowd.people, ground, chance)
            told = await outage.outage(ground, seconds=amount.outage_seconds)
            nursery.cancel_scope.cancel()
        say(told)
        await ground.rest("after an outage")
        return _result(ground, told)


async def paused(folder: Path, chance: Random, amount: Amount, say: Say) -> Result:
    """Pauses in the middle of a run, under load."""
    seed = chance.randrange(1 << 30)
    async with open_ground(
        folder, seed=seed, users=amount.users, rate=pausing.RATE, say=say
    ) as ground:
        await ground.live(crowd.STEADY)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(crowd.shoppers, ground)
            tries = await pausing.pauses(ground, chance, tries=amount.pauses, until=amount.until)
            nursery.cancel_scope.cancel()
        await ground.stage.stop_daemon()
        await ground.check(ground.look(), "after pauses")
        return _result(ground, tries.summary())


def _at_places(ground: Ground, stage: str, told: str = "") -> Result:
    """Say at which places the stage killed; one that was missed is a violation."""
    wanted = kills.places_of(stage)
    missed: Iterable[str] = sorted(set(wanted) - set(ground.killed_at))
    ground.found += [f"The daemon was not killed at {place}." for place in missed]
    done = f"killed at {len(set(ground.killed_at))} places"
    return _result(ground, f"{told}; {done}" if told else done)


def _result(ground: Ground, told: str) -> Result:
    return Result(
        f"{told}; at most {ground.pulse.fullest} messages in a second, of {ground.rate}",
        tuple(ground.found),
        events=len(ground.acknowledged),
        messages=len(ground.final),
        checks=ground.checked,
    )


STAGES: dict[str, Stage] = {
    "poison": poisoned,
    "two-daemons": two_daemons,
    "disks": bad_disks,
    "outage": outages,
    "clock": wrong_clock,
    "restore": a_restore,
    "drills": rare_acts,
    "old-events": old_events,
    "pauses": paused,
    "places": named_places,
    "kills": random_times,
}
"""By the name that `--only` takes."""
