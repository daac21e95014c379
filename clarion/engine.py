"""The engine, wired: store, projector, delivery, supervisor and desk, without its doors."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import trio
from msgspec import Struct

from actors.clock import Clock
from actors.context import Context
from actors.delivery import Delivery
from actors.desk import Desk, HouseRules
from actors.projector import Projector
from actors.restraint import Pace
from actors.router import Router
from actors.segment import Segment, Transport
from actors.supervisor import Supervisor
from store import meta, migrations
from store.connection import Opener
from store.database import Database, open_database
from store.hold import Hold

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

    def __repr__(self) -> str:
        """Show where it lives, and no secret."""
        return f"EngineSettings(folder={str(self.folder)!r})"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a test replaces: time, chance, the names of errors, and what lies outside."""

    clock: Clock
    hold: Hold
    chance: Random
    fresh_key: bytes
    error_id: Callable[[], str]
    opening: Callable[[], AbstractAsyncContextManager[Opener]] | None = None
    transport: Transport | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """The running parts that doors talk to."""

    store: Database
    router: Router
    desk: Desk
    delivery: Delivery
    projector: Projector
    install_key: bytes


@asynccontextmanager
async def open_engine(settings: EngineSettings, around: Surroundings) -> AsyncIterator[Engine]:
    """Open the folder and start every part; stop them in the reverse order at the end."""
    async with open_database(
        settings.folder, migrations.load(), hold=around.hold, opening=around.opening
    ) as store:
        install_key = await store.write(partial(meta.ensure_install_key, fresh=around.fresh_key))
        router = Router()
        projector = Projector(
            store,
            settings.folder / COPY,
            clock=around.clock,
            zone=settings.zone,
            hold=around.hold,
        )
        context = Context(
            store=store,
            clock=around.clock,
            router=router,
            selector=projector,
            wake_delivery=lambda: delivery.wake(),  # noqa: PLW0108 - made below
            halt_delivery=lambda campaign: delivery.halt(campaign),  # noqa: PLW0108 - made below
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
            install_key=install_key,
            zone=settings.zone,
        )
        supervisor = Supervisor(context, error_id=around.error_id)
        segment = Segment(
            settings.segment_url,
            settings.write_key,
            clock=around.clock,
            timeout_seconds=settings.timeout_seconds,
            hold=around.hold,
            transport=around.transport,
        )
        delivery = Delivery(
            store,
            segment,
            pace_=settings.pace,
            clock=around.clock,
            zone=settings.zone,
            library_version=settings.library_version,
            chance=around.chance,
            audit_key=context.audit_key,
            on_settled=supervisor.settled,
            announce=context.announce,
        )
        desk = Desk(context, projector, delivery, settings.house, look=supervisor.look)
        async with segment, trio.open_nursery() as nursery:
            await nursery.start(projector.run)
            await nursery.start(delivery.run)
            await nursery.start(supervisor.run)
            await nursery.start(desk.run)
            yield Engine(store, router, desk, delivery, projector, install_key)
            nursery.cancel_scope.cancel()
