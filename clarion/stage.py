"""The stage of a demo: a local Slack, a local Segment and a shop around a real daemon.

The daemon is a process of its own on a temporary folder, exactly as an operator runs it; the
outside world lives here, beside it.
"""

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import trio

from actors.mail_rehearsal import DAYS_DEFAULT
from bot.manifest import manifest
from clarion.process import ready_path
from sandbox.segment import LocalSegment
from sandbox.segment.receipts import MESSAGES_KEPT_MAX
from sandbox.shop import Sender, Shop
from sandbox.slack import ALERTS, REVIEWS, LocalSlack
from sandbox.slack.limits import ANSWER_SECONDS_MAX

START_SECONDS_MAX = 300.0
STOP_SECONDS_MAX = 60.0
POLL_SECONDS = 0.05
_PORTS = cycle(random.SystemRandom().sample(range(20_000, 32_000), 12_000))

_CONFIG = """\
[account]
name = "Local Marketing"
zone = "{zone}"

[data]
folder = "{folder}"
free_bytes_min = 8388608

[ingest]
host = "127.0.0.1"
port = {ingest_port}

[segment]
url = "{segment}"
messages_per_second = {rate}

[review]
rehearse_days = {rehearse_days}  # without Slack nobody looks
test_users = ["{test_user}"]

[control]
system_percent = 0  # on a stage everybody gets what the play says

[slack]
mode = "{mode}"
api_url = "{slack}/api/"
http_port = {bot_port}
undo_seconds = 0  # nobody on a stage waits for a change of mind
review_channel = "{reviews}"
alerts_channel = "{alerts}"
"""


@dataclass(slots=True)
class Stage:
    """What the demo and the tests act on."""

    folder: Path
    slack: LocalSlack
    segment: LocalSegment
    shop: Shop
    slack_url: str
    segment_url: str
    ingest_url: str
    ingest_key: str
    zone: str
    mode: str
    bot_url: str
    signing_secret: str = field(repr=False)
    environ: dict[str, str] = field(repr=False)
    daemon: trio.Process | None = None

    @property
    def config(self) -> Path:
        """The daemon's configuration file."""
        return self.folder / "config.toml"

    @property
    def data(self) -> Path:
        """The daemon's folder of data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the daemon wrote to its standard error."""
        return self.folder / "daemon.log"

    def sender(self) -> Sender:
        """Return a client that posts to the daemon's ingest."""
        return Sender(self.ingest_url, self.ingest_key)

    async def start_daemon(self) -> None:
        """Start the daemon and wait until it is ready."""
        ready_path(self.data).unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.daemon = await trio.lowlevel.open_process(
                [sys.executable, "-m", "clarion", "run", "--config", str(self.config)],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        with trio.move_on_after(START_SECONDS_MAX):
            while self.daemon.poll() is None:
                connected = self.mode != "socket" or self.slack.connections
                if ready_path(self.data).exists() and connected:
                    return
                await trio.sleep(POLL_SECONDS)
        said = self.log.read_text(errors="replace")[-2_000:]
        raise DaemonFailed(f"The daemon did not start; it said:\n{said}")

    async def stop_daemon(self) -> None:
        """Ask the daemon to stop, and wait until it has."""
        if self.daemon is None or self.daemon.poll() is not None:
            return
        self.daemon.send_signal(signal.SIGTERM)
        with trio.move_on_after(STOP_SECONDS_MAX):
            await self.daemon.wait()
            return
        await self.kill_daemon()

    async def kill_daemon(self) -> None:
        """End the daemon as a power cut would: SIGKILL."""
        assert self.daemon is not None, "only a daemon that was started can be killed"
        self.daemon.kill()
        await self.daemon.wait()


class DaemonFailed(Exception):  # noqa: N818 - it says what happened
    """The daemon did not become ready; the message has the end of its log."""


@asynccontextmanager
async def open_stage(
    folder: Path,
    *,
    seed: int,
    users: int,
    zone: str,
    rate: int,
    ports: tuple[int, int, int],
    mode: str = "socket",
    messages_kept_max: int = MESSAGES_KEPT_MAX,
    answer_seconds_max: float = ANSWER_SECONDS_MAX,
) -> AsyncIterator[Stage]:
    """Set up everything on loopback; `ports` are Slack's, Segment's and ingest's, 0 for any.

    `messages_kept_max` is how many messages the local Segment shows, the latest;
    `answer_seconds_max` is how soon the local Slack wants its answers: where nobody looks, real
    time says more of the machine than of the bot.
    """
    keys = {name: secrets.token_urlsafe(16) for name in ("bot", "app", "signing", "segment", "in")}
    bot_token, app_token = f"xoxb-{keys['bot']}", f"xapp-{keys['app']}"
    bot_port = free_port()
    bot_url = f"http://127.0.0.1:{bot_port}/slack/events"
    slack = LocalSlack(
        bot_token=bot_token,
        app_token=app_token,
        signing_secret=keys["signing"],
        request_url=bot_url if mode == "http" else None,
        is_read_only=manifest()["features"]["app_home"]["messages_tab_read_only_enabled"],
        seed=seed,
        answer_seconds_max=answer_seconds_max,
    )
    segment = LocalSegment(
        write_key=keys["segment"], seed=seed, messages_kept_max=messages_kept_max
    )
    slack_port, segment_port, ingest_port = ports
    async with trio.open_nursery() as nursery:
        slack_url = await nursery.start(slack.serve, "127.0.0.1", slack_port)
        segment_url = await nursery.start(segment.serve, "127.0.0.1", segment_port)
        ingest_port = ingest_port or free_port()
        stage = Stage(
            folder=folder,
            slack=slack,
            segment=segment,
            shop=Shop(seed, users, start=int(time.time() * 1000)),
            slack_url=slack_url,
            segment_url=segment_url,
            ingest_url=f"http://127.0.0.1:{ingest_port}",
            ingest_key=keys["in"],
            zone=zone,
            mode=mode,
            bot_url=bot_url,
            signing_secret=keys["signing"],
            environ=os.environ
            | {
                "CLARION_SLACK_BOT_TOKEN": bot_token,
                "CLARION_SLACK_APP_TOKEN": app_token,
                "CLARION_SLACK_SIGNING_SECRET": keys["signing"],
                "CLARION_SEGMENT_WRITE_KEY": keys["segment"],
                "CLARION_INGEST_KEYS": keys["in"],
            },
        )
        text = _CONFIG.format(
            zone=zone,
            folder=stage.data,
            ingest_port=ingest_port,
            segment=segment_url,
            rate=rate,
            slack=slack_url,
            mode=mode,
            bot_port=bot_port,
            reviews=REVIEWS,
            alerts=ALERTS,
            rehearse_days=0 if mode == "off" else DAYS_DEFAULT,
            test_user=stage.shop.people[0].user_id,
        )
        stage.config.write_text(text)
        try:
            await stage.start_daemon()
            yield stage
        finally:
            with trio.CancelScope(shield=True):
                await stage.stop_daemon()
            nursery.cancel_scope.cancel()


def free_port() -> int:
    """Return a port that nobody listens on now, for somebody who will listen in a moment.

    Each is another, and below those that the system gives to whoever connects somewhere: one of
    them may be taken before that moment has come.
    """
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports go round")
