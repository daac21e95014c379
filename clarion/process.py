"""The daemon: every part, wired, in the order in which it starts. Read it top to bottom."""

import logging
import os
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec
import trio
from msgspec import Struct

from actors.clock import boot_ms
from actors.desk import HouseRules
from actors.ingest import Ingest, IngestSettings
from actors.mail import Refused
from actors.mail_rehearsal import Progress, Rehearse, Rehearsed
from actors.pressure import Limits
from actors.restraint import Pace
from actors.sources import DEFAULT, Source
from bot.run import run_bot
from bot.settings import BotSettings
from clarion import rehearsal_process
from clarion.control import serve_control
from clarion.engine import EngineSettings, Surroundings, Wall, open_engine
from clarion.logs import error_id
from clarion.post_office import post_office
from clarion.rehearsal_play import Play
from clarion.settings import Settings
from clarion.socket_file import socket_path
from domain.control import Controls
from domain.frequency import GlobalLimits
from store.copy_connection import Limits as CopyLimits
from store.fault_points import reach
from store.hold import Hold

READY_FILE = "daemon.json"
OWNER_ONLY = 0o077
"""The umask: whatever the daemon writes holds people's data, and is nobody else's to read."""
_log = logging.getLogger(__name__)


class Ready(Struct, frozen=True):
    """Where the daemon listens, once it does."""

    pid: int
    ingest: str
    control: str
    slack: str


def ready_path(folder: Path) -> Path:
    """Return where a daemon says that it is ready; the file goes when the daemon goes."""
    return folder / READY_FILE


async def run_daemon(
    settings: Settings, *, ready: Callable[[Ready], None], adopt: bool = False, wall: Wall
) -> None:
    """Run until SIGTERM or SIGINT; then take nothing new, finish what was begun, and stop.

    `adopt`: go on with a database that was restored or copied, and re-send nothing of it. `wall` is
    the machine's clock, which may leap.
    """
    os.umask(OWNER_ONLY)
    bot = bot_settings(settings)
    hold = Hold()
    around = Surroundings(
        clock=wall,
        steady_ms=boot_ms,
        hold=hold,
        chance=secrets.SystemRandom(),
        fresh_key=secrets.token_bytes(32),
        error_id=error_id,
        rehearse=partial(rehearse, settings, wall),
        carrier=post_office(settings, bot, now_ms=wall.now_ms, hold=hold),
    )
    async with open_engine(engine_settings(settings), around, adopt=adopt) as engine:
        ingest = Ingest(
            engine.store,
            engine.router,
            ingest_settings(settings),
            clock=engine.clock,
            pressure=engine.pressure,
            install_key=engine.install_key,
            error_id=error_id,
            refusals=engine.refusals,
        )
        async with trio.open_nursery() as nursery:
            addresses = await nursery.start(ingest.serve)
            control = socket_path(settings.data.folder)
            await nursery.start(serve_control, control, engine.desk.ask)
            if bot.mode != "off":
                await nursery.start(partial(run_bot, bot, engine.desk, now_ms=engine.clock.now_ms))
            reach("start.doors_open")
            listening = Ready(os.getpid(), addresses[0], str(control), bot.mode)
            # Whoever hears that it is ready may tell it to stop at that very moment.
            with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                async with _announced(settings.data.folder, listening):
                    ready(listening)
                    await anext(signals)
                    _log.info("stopping: nothing new is taken")
                    ingest.drain()
                    reach("daemon.draining")
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def _announced(folder: Path, listening: Ready) -> AsyncIterator[None]:
    path = ready_path(folder)
    try:
        path.write_bytes(msgspec.json.encode(listening))
        yield
    finally:
        path.unlink(missing_ok=True)


async def rehearse(
    settings: Settings, wall: Wall, request: Rehearse, tell: Callable[[Progress], object]
) -> Rehearsed | Refused:
    """Rehearse what people ask for, at the pace and with the groups of the configuration."""
    told = engine_settings(settings)
    play = Play(
        folder=str(told.folder),
        name=request.name,
        days=request.days,
        seconds_max=request.seconds_max,
        now_ms=wall.now_ms(),
        zone=told.zone,
        pace=told.pace,
        controls=told.controls,
        house=told.house_limits,
    )
    return await rehearsal_process.run(play, tell)


def engine_settings(settings: Settings) -> EngineSettings:
    """Return what the engine is told of the configuration."""
    return EngineSettings(
        folder=settings.data.folder,
        zone=settings.account.zone,
        segment_url=settings.segment.url,
        write_key=settings.secrets.segment_write_key,
        pace=Pace(
            messages_per_second=settings.segment.messages_per_second,
            requests_at_once_max=settings.segment.requests_at_once_max,
        ),
        timeout_seconds=settings.segment.timeout_seconds,
        house=HouseRules(
            review_required=settings.review.required,
            test_users=settings.review.test_users,
            rehearse_days=settings.review.rehearse_days,
            keep_events_days=settings.data.keep_events_days,
            roles=settings.roles,
        ),
        limits=Limits(
            lag_events_max=settings.ingest.lag_events_max,
            waiting_messages_max=settings.segment.waiting_messages_max,
        ),
        copy=CopyLimits(
            memory_mb_max=settings.audience.memory_mb_max,
            threads_max=settings.audience.threads_max,
        ),
        library_version=version("clarion-campaigns"),
        free_bytes_min=settings.data.free_bytes_min,
        controls=controls(settings),
        house_limits=house_limits(settings),
    )


def house_limits(settings: Settings) -> GlobalLimits:
    """Return what the operator allows over all campaigns."""
    frequency = settings.frequency
    return GlobalLimits(frequency.rules, frequency.dwell_minutes, frequency.messages_per_5_minutes)


def ingest_settings(settings: Settings) -> IngestSettings:
    """Return what ingest is told of the configuration."""
    return IngestSettings(
        host=settings.ingest.host,
        port=settings.ingest.port,
        sources=sources(settings),
        body_bytes_max=settings.ingest.body_bytes_max,
        waiting_bytes_max=settings.ingest.waiting_bytes_max,
        controls=controls(settings),
    )


def controls(settings: Settings) -> Controls:
    """Return the control groups that the operator made."""
    return Controls(settings.control.system_percent, settings.control.groups)


def sources(settings: Settings) -> tuple[Source, ...]:
    """Return who may send events: the named sources, and whoever has one of the other keys."""
    held = {each.name: each for each in settings.secrets.sources}
    named = [
        Source(
            one.name,
            one.kind,
            (held[one.name].key,) if held[one.name].key else (),
            held[one.name].secret,
            one.revoked,
        )
        for one in settings.ingest.sources
    ]
    return (Source(DEFAULT, keys=settings.secrets.ingest_keys), *named)


def bot_settings(settings: Settings) -> BotSettings:
    """Return what the bot is told of the configuration."""
    slack, keys = settings.slack, settings.secrets
    return BotSettings(
        mode=slack.mode,
        api_url=slack.api_url,
        bot_token=keys.slack_bot_token,
        app_token=keys.slack_app_token,
        signing_secret=keys.slack_signing_secret,
        host=slack.http_host,
        port=slack.http_port,
        review_channel=slack.review_channel,
        alerts_channel=slack.alerts_channel,
        digest=slack.digest,
        zone=settings.account.zone,
        undo_seconds=slack.undo_seconds,
    )
