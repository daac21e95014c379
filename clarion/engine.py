"""The engine, wired: store, projector, delivery, supervisor and desk, without its doors."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Protocol

import trio
from msgspec import Struct

from actors.clock import Clock, GuardedClock, monotonic_ms
from actors.context import Context, Rehearser
from actors.delivery import Delivery
from actors.desk import Desk, HouseRules
from actors.elsewhere import Elsewhere
from actors.postman import Carrier, Postman
from actors.pressure import Limits, Pressure
from actors.projector import Projector
from actors.reckoner import Reckoner
from actors.refusals import Refusals
from actors.restraint import Pace
from actors.router import Router
from actors.segment import Segment, Transport
from actors.supervisor import Supervisor
from actors.timekeeper import Timekeeper
from actors.verifying import Target, Verifying, begin
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from store import copy_file, lineage, marks, migrations
from store.acts import audit_key
from store.allowance import Bounds
from store.connection import Opener
from store.copy_connection import Limits as CopyLimits
from store.database import Database, open_database
from store.disk import BALLAST_BYTES, FREE_BYTES_MIN, Disk
from store.fault_points import reach
from store.hold import Hold
from store.opening import LOOK_EVERY_SECONDS, Terms
from store.tombstones import Tombstones

COPY = "audience.duckdb"


class EngineSettings(Struct, frozen=True):
    """What the engine is told by the configuration. The write key shows in no repr."""

    folder: Path
    zone: str
    segment_url: str
    write_key: str
    pace: Pace
    timeout_seconds: float = 10.0
    house: HouseRules = HouseRules()
    library_version: str = ""
    free_bytes_min: int = FREE_BYTES_MIN
    ballast_bytes: int = BALLAST_BYTES
    limits: Limits = Limits()
    copy: CopyLimits = CopyLimits()
    controls: Controls = NO_CONTROLS
    house_limits: GlobalLimits = NO_LIMITS

    def __repr__(self) -> str:
        """Show where it lives, and no secret."""
        return f"EngineSettings(folder={str(self.folder)!r})"


class Wall(Protocol):
    """A wall clock, right or wrong."""

    def now_ms(self) -> int:
        """Return epoch milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a test replaces: time, chance, the names of errors, and what lies outside.

    `clock` is the wall clock, which may jump; `steady_ms` never does, and it counts suspensions.
    `look_every_seconds`: so often the daemon looks whether the clock or the folder's owner changed.
    `elsewhere`: what others send beside this engine, which takes of the pace of all.
    `attended`: somebody may ask how it stands, or send more than it can take: that is measured.
    """

    clock: Wall
    hold: Hold
    chance: Random
    fresh_key: bytes
    error_id: Callable[[], str]
    opening: Callable[[], AbstractAsyncContextManager[Opener]] | None = None
    transport: Transport | None = None
    birthmark: lineage.Birthmark = lineage.birthmark
    steady_ms: Callable[[], int] = monotonic_ms
    look_every_seconds: float = LOOK_EVERY_SECONDS
    rehearse: Rehearser | None = None
    carrier: Carrier | None = None
    elsewhere: Callable[[], Elsewhere] = Elsewhere
    attended: bool = True


@dataclass(frozen=True, slots=True)
class Engine:
    """The running parts that doors talk to."""

    store: Database
    clock: Clock
    router: Router
    desk: Desk
    delivery: Delivery
    projector: Projector
    pressure: Pressure
    install_key: bytes
    disk: Disk
    refusals: Refusals


@asynccontextmanager
async def open_engine(
    settings: EngineSettings, around: Surroundings, *, adopt: bool = False
) -> AsyncIterator[Engine]:
    """Open the folder and start every part; stop them in the reverse order at the end.

    `adopt`: the database was restored or copied, and a person said to go on with it.
    """
    disk = Disk(
        settings.folder,
        free_bytes_min=settings.free_bytes_min,
        ballast_bytes=settings.ballast_bytes,
    )
    terms = Terms(
        now_ms=around.clock.now_ms(),
        tombstones=Tombstones(settings.folder),
        disk=disk,
        adopt=adopt,
        derived=copy_file.files_of(settings.folder / COPY),
        birthmark=around.birthmark,
        look_every_seconds=around.look_every_seconds,
    )
    async with open_database(
        settings.folder, migrations.load(), hold=around.hold, opening=around.opening, terms=terms
    ) as store:
        reach("start.store_open")
        target = Target(settings.segment_url, settings.write_key)
        install_key = await store.write(  # urgent: a daemon must start on a full disk, to pause
            partial(
                begin,
                target=target,
                fresh_key=around.fresh_key,
                now_ms=terms.now_ms,
                keep_events_days=settings.house.keep_events_days,
            ),
            urgent=True,
        )
        reach("start.key_kept")
        desk: Desk  # what is made before it tells it news
        left = await store.read(marks.read)
        clock = GuardedClock(
            around.clock.now_ms,
            around.steady_ms,
            high_water_ms=left.high_water_ms,
            noted=left.leap,
        )
        timekeeper = Timekeeper(
            store,
            clock,
            noted=left.leap,
            audit_key=audit_key(install_key),
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
            rouse=lambda: rouse(),  # noqa: PLW0108 - made below
            look_every_seconds=around.look_every_seconds,
        )
        pressure = Pressure(
            store,
            disk,
            clock=clock,
            limits=settings.limits,
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
        )
        router = Router(lambda upto: projector.follow(upto))  # noqa: PLW0108 - made below
        projector = Projector(
            store,
            settings.folder / COPY,
            clock=clock,
            bounds=Bounds(settings.house_limits, settings.zone),
            hold=around.hold,
            controls=settings.controls,
            messages_per_second=settings.pace.messages_per_second,
            limits=settings.copy,
            disk=disk,
        )
        postman = around.carrier and Postman(
            store,
            around.carrier,
            clock=clock,
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
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
            install_key=install_key,
            zone=settings.zone,
            error_id=around.error_id,
            watch_goals=lambda: reckoner.look(),  # noqa: PLW0108 - made below
            over=pressure.over,
            rehearse=around.rehearse,
            post=postman.wake if postman else None,
            controls=settings.controls,
            hold=around.hold,
            library_version=settings.library_version,
            house=settings.house_limits,
            messages_per_second=settings.pace.messages_per_second,
        )
        reckoner = Reckoner(
            store, clock, router, audit_key=context.audit_key, announce=context.announce
        )
        supervisor = Supervisor(context, error_id=around.error_id)
        segment = Segment(
            settings.segment_url,
            settings.write_key,
            clock=clock,
            timeout_seconds=settings.timeout_seconds,
            hold=around.hold,
            transport=around.transport,
        )
        delivery = Delivery(
            store,
            segment,
            pace_=settings.pace,
            clock=clock,
            zone=settings.zone,
            library_version=settings.library_version,
            chance=around.chance,
            audit_key=context.audit_key,
            on_settled=supervisor.settled,
            announce=context.announce,
            error_id=around.error_id,
            house=settings.house_limits,
            elsewhere=around.elsewhere,
        )
        verifying = Verifying(context, target, delivery, around.chance)
        desk = Desk(
            context,
            projector,
            delivery,
            settings.house,
            verifying=verifying,
            timekeeper=timekeeper,
            look=supervisor.look,
        )

        def rouse() -> None:
            """Wake everyone who sleeps towards a date."""
            supervisor.rouse()
            delivery.wake()
            desk.rouse()

        async with segment, trio.open_nursery() as nursery:
            await nursery.start(timekeeper.run)
            if around.attended:
                await nursery.start(pressure.run)
            await nursery.start(projector.run)
            await nursery.start(delivery.run)
            reach("start.outbox_recovered")
            await nursery.start(reckoner.run)
            await nursery.start(supervisor.run)
            await nursery.start(desk.run)
            if postman:
                await nursery.start(postman.run)
            yield Engine(
                store,
                clock,
                router,
                desk,
                delivery,
                projector,
                pressure,
                install_key,
                disk,
                context.refusals,
            )
            nursery.cancel_scope.cancel()
