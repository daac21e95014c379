"""The actors at work on a real store, with a stand-in for the wire alone, in virtual time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import trio
from trio.testing import MockClock

from actors.clock import Clock, GuardedClock, TrioClock, monotonic_ms
from actors.context import Context, Rehearser
from actors.delivery import Delivery
from actors.desk import Desk, HouseRules
from actors.pressure import Disk as DiskGauge
from actors.pressure import Limits, Pressure
from actors.projector import Projector
from actors.reckoner import Reckoner
from actors.restraint import Pace
from actors.router import Router
from actors.supervisor import Supervisor
from actors.timekeeper import Timekeeper
from actors.verifying import Verifying, begin
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from store import (
    marks,
    migrations,
)
from store.acts import audit_key
from store.allowance import Bounds
from store.database import open_database
from store.disk import Disk
from store.hold import Hold
from store.inline import InPlace, opening
from tests import blank
from tests.actors.given import ANA, BEN, CLEO, HOUR_MS, KEY, LIVE, PAST, START_MS, TARGET, ZONE
from tests.actors.living import House
from tests.actors.wire import Posted, Wire, Writing

__all__ = [
    "ANA",
    "BEN",
    "CLEO",
    "HOUR_MS",
    "KEY",
    "LIVE",
    "PAST",
    "START_MS",
    "TARGET",
    "ZONE",
    "House",
    "Posted",
    "Wire",
    "open_house",
]


@asynccontextmanager
async def open_house(
    folder: Path,
    jumps: MockClock | None,
    wire: Wire | None = None,
    *,
    clock: Clock | None = None,
    start_ms: int = START_MS,
    rate: int = 1_000,
    at_once: int = 4,
    rules: HouseRules | None = None,
    supervised: bool = True,
    delivering: bool = True,
    quiet: bool = False,
    pressured: bool = False,
    disk: DiskGauge | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    controls: Controls = NO_CONTROLS,
    zone: str = ZONE,
    house_limits: GlobalLimits = NO_LIMITS,
    post: Callable[[], None] | None = None,
    rehearse: Rehearser | None = None,
    threads: bool = False,
) -> AsyncIterator[House]:
    """Start every part that is wanted; `jumps` is the test's own clock.

    With `threads` the databases work beside Trio, as in a daemon; else in place, as in a rehearsal,
    which costs a half, and moves the test's own clock at once.
    """
    wire = wire or Wire()
    wall = clock or TrioClock(start_ms)
    hold = Hold(jumps) if threads else InPlace()
    blank.lay(folder)
    async with open_database(
        folder, migrations.load(), hold=hold, opening=None if threads else opening
    ) as store:
        job = partial(begin, target=TARGET, fresh_key=KEY, now_ms=wall.now_ms())
        await store.write(job)
        desk: Desk
        left = await store.read(marks.read)
        clock = GuardedClock(
            wall.now_ms, monotonic_ms, high_water_ms=left.high_water_ms, noted=left.leap
        )
        timekeeper = Timekeeper(
            store,
            clock,
            noted=left.leap,
            audit_key=audit_key(KEY),
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
            rouse=lambda: rouse(),  # noqa: PLW0108 - made below
        )
        pressure = Pressure(
            store,
            disk or Disk(folder),
            clock=clock,
            limits=limits,
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
        )
        writing = Writing(store)
        router = Router(lambda upto: projector.follow(upto))  # noqa: PLW0108 - made below
        projector = Projector(
            store,
            folder / "a.duckdb",
            clock=clock,
            bounds=Bounds(house_limits, zone),
            hold=hold,
            controls=controls,
            messages_per_second=rate,
            disk=disk if isinstance(disk, Disk) else None,
        )
        context = Context(
            store=store,
            clock=clock,
            router=router,
            selector=projector,
            wake_delivery=lambda: delivery.wake(),  # noqa: PLW0108 - made below
            halt_delivery=lambda campaign: delivery.halt(campaign),  # noqa: PLW0108 - made below
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
            may_draw=pressure.may_draw,
            may_take=pressure.may_take,
            install_key=KEY,
            zone=zone,
            error_id=lambda: "E1",
            watch_goals=lambda: reckoner.look(),  # noqa: PLW0108 - made below
            over=pressure.over,
            controls=controls,
            hold=hold,
            library_version="1",
            house=house_limits,
            messages_per_second=rate,
            post=post,
            rehearse=rehearse,
        )
        reckoner = Reckoner(
            store, clock, router, audit_key=context.audit_key, announce=context.announce
        )
        supervisor = Supervisor(context, error_id=lambda: "E1")
        delivery = Delivery(
            store,
            wire,
            pace_=Pace(messages_per_second=rate, requests_at_once_max=at_once),
            clock=clock,
            zone=zone,
            library_version="1",
            chance=Random(1),
            audit_key=context.audit_key,
            on_settled=supervisor.settled,
            announce=context.announce,
            error_id=context.error_id,
            house=house_limits,
        )
        verifying = Verifying(context, TARGET, delivery, Random(2))
        desk = Desk(
            context,
            projector,
            delivery,
            rules or HouseRules(),
            verifying=verifying,
            timekeeper=timekeeper,
            look=supervisor.look,
        )

        def rouse() -> None:
            """Wake everyone who sleeps towards a date."""
            supervisor.rouse()
            delivery.wake()
            desk.rouse()

        async with trio.open_nursery() as nursery:
            if not quiet:
                await nursery.start(timekeeper.run)
                await nursery.start(projector.run)
            if pressured:
                await nursery.start(pressure.run)
            if delivering:
                await nursery.start(delivery.run)
            if supervised:
                await nursery.start(reckoner.run)
                await nursery.start(supervisor.run)
            if not quiet:
                await nursery.start(desk.run)
            yield House(
                store,
                clock,
                router,
                wire,
                delivery,
                projector,
                supervisor,
                context,
                desk,
                writing,
                pressure,
                timekeeper,
            )
            nursery.cancel_scope.cancel()
