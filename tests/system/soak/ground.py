"""The ground of a soak: a real daemon that may die, a patient sender, and the checks."""

import itertools
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import trio

from actors.mail import ListAll, Listed
from clarion.fault_env import VARIABLE
from clarion.stage import DaemonFailed, open_stage
from domain.campaign import Campaign
from domain.verifying import EVENT as TEST_EVENT
from sandbox.shop import backfill
from tests.system import checks
from tests.system.soak.asking import POLL_SECONDS, REST_SECONDS_MAX, Asking
from tests.system.soak.pace import Pulse
from tests.system.soak.sender import Impatient

MESSAGES_KEPT_MAX = 1_000_000
"""The local Segment must remember every message of a stage: what is forgotten looks lost."""
QUIET_POLLS = 10
DIES_SECONDS_MAX = 120.0
Say = Callable[[str], None]


@dataclass(kw_only=True)
class Ground(Asking):
    """The daemon's surroundings, and what they have seen of it.

    `beyond` are the numbers of messages of which the database that runs now cannot know: they
    arrived after the backup that it was restored from. `erased` are users of whom it must not know,
    `erasing` those of whom it may know. `cleared`, `limits` and
    `dates` are those of `Seen`; of a campaign in `throttled`, by its id, messages come so many
    seconds apart. While it `is_fair`, the weather leaves Segment alone.
    """

    sender: Impatient
    say: Say
    pulse: Pulse
    rate: int
    acknowledged: set[str] = field(default_factory=set)
    triggers: dict[str, str] = field(default_factory=dict)
    final: dict[str, int] = field(default_factory=dict)
    beyond: set[int] = field(default_factory=set)
    erasing: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    throttled: dict[str, float] = field(default_factory=dict)
    is_fair: bool = False
    adopted_seq: int = 0
    numbers: Iterator[int] = field(default_factory=partial(itertools.count, 1))
    killed_at: list[str] = field(default_factory=list)
    checked: int = 0
    deaths: int = 0

    def so_far(self) -> str:
        """Say how much has been seen and whether all is well."""
        found = f"{len(self.found)} VIOLATIONS" if self.found else "0 violations"
        return (
            f"{len(self.acknowledged):,} events acknowledged, {len(self.final):,} messages"
            f" accepted, {found}"
        )

    @property
    def copies(self) -> Path:
        return self.stage.folder / "copy"

    async def post(self, events: Sequence[dict[str, Any]]) -> None:
        """Return once all are acknowledged, however often the daemon dies meanwhile."""
        refused = self.sender.sent.refused
        await self.sender.post(list(events))
        assert self.sender.sent.refused == refused, self.sender.sent.problem
        self.acknowledged |= {event["messageId"] for event in events}

    async def live(self, campaign: Campaign) -> None:
        """Publish a live campaign and wait until it runs: no event of its name was sent before."""
        assert campaign.trigger is not None, "a live campaign has a trigger"
        await self.publish(campaign)
        await self.reaches(campaign.name, "running", "completed")
        self.triggers[campaign.name] = campaign.trigger.event

    def fair_weather(self) -> None:
        """Let Segment be well until the weather may change again."""
        self.is_fair = True
        self.stage.segment.faults.clear()

    async def start(self, fault_point: str = "") -> bool:
        """Start the daemon; False if it died at a fault point on the way."""
        environ = self.stage.environ
        if fault_point:
            self.stage.environ = {**environ, VARIABLE: fault_point}
        try:
            await self.stage.start_daemon()
        except DaemonFailed as failed:
            assert self.stage.daemon is not None, "it was opened"
            if self.stage.daemon.returncode == -signal.SIGKILL:
                return False
            self.found.append(f"The daemon did not start again: {failed}")
            raise
        finally:
            self.stage.environ = environ
        return True

    async def dies(self, seconds: float = DIES_SECONDS_MAX) -> bool:
        """Wait until the daemon has killed itself; False if it lives on."""
        assert self.stage.daemon is not None, "a daemon was started"
        with trio.move_on_after(seconds):
            await self.stage.daemon.wait()
            return True
        return False

    def arrived_of(self, campaign: str) -> int:
        """Count what has arrived of a campaign, by its id, whatever became of it there."""
        told = f'"campaign_id":"{campaign}"'.encode()
        return sum(told in message.raw for message in self.stage.segment.receipts.messages)

    def arrived_for(self, user: str) -> int:
        """Count what has arrived for a user, whatever became of it there."""
        return sum(message.user == user for message in self.stage.segment.receipts.messages)

    def look(self) -> checks.Seen:
        """Copy the database of the daemon that has just died; say what the world has seen."""
        segment = self.stage.segment
        assert len(segment.receipts.messages) == segment.counters.events, "it forgets none"
        arrived = [
            message
            for message in segment.receipts.messages
            if message.seq not in self.beyond and message.event != TEST_EVENT
        ]
        seen = checks.Seen(
            acknowledged=frozenset(self.acknowledged),
            triggers=dict(self.triggers),
            arrived=arrived,
            final=dict(self.final),
            erasing=frozenset(self.erasing),
            erased=frozenset(self.erased),
            adopted_seq=self.adopted_seq,
            cleared=frozenset(self.cleared),
            limits=dict(self.limits),
            dates=dict(self.dates),
        )
        database = checks.copy_of(self.stage.data, self.copies)
        times = Counter(message.message_id for message in arrived)
        for message_id in checks.in_state(database, "accepted"):
            self.final.setdefault(message_id, times[message_id])
        self.deaths += 1
        self.found += self.pulse.exceeded(self.rate)
        for campaign, apart in self.throttled.items():
            self.found += self.pulse.too_close(campaign, apart_seconds=apart)
        return seen

    async def check(self, seen: checks.Seen, told: str) -> None:
        """Check the copy that `look` made; the daemon may run again meanwhile."""
        job = partial(checks.violations, self.copies / "clarion.db", seen)
        self.found += [f"{told}: {one}" for one in await trio.to_thread.run_sync(job)]
        self.checked += 1

    async def rest(self, told: str) -> None:
        """Let everything come to rest, stop the daemon, and check that nothing is open."""
        self.stage.segment.faults.clear()
        with trio.move_on_after(REST_SECONDS_MAX):
            quiet = 0
            while quiet < QUIET_POLLS:
                listed = await self.asks(ListAll())
                assert isinstance(listed, Listed), "the answer to ListAll"
                waits = any(line.books.pending for line in listed.campaigns)
                quiet = 0 if waits else quiet + 1
                await trio.sleep(POLL_SECONDS)
        await self.stage.stop_daemon()
        seen = self.look()
        await self.check(seen, told)
        unrest = partial(checks.unrest, self.copies / "clarion.db", seen)
        self.found += [f"{told}: {one}" for one in await trio.to_thread.run_sync(unrest)]


@asynccontextmanager
async def open_ground(
    folder: Path, *, seed: int, users: int, rate: int = 500, mode: str = "off", say: Say
) -> AsyncIterator[Ground]:
    """Start a daemon, without Slack unless `mode` says so, and introduce everybody to it."""
    folder.mkdir(parents=True, exist_ok=True)
    async with (
        open_stage(
            folder,
            seed=seed,
            users=users,
            zone="UTC",
            rate=rate,
            ports=(0, 0, 0),
            mode=mode,
            messages_kept_max=MESSAGES_KEPT_MAX,
        ) as stage,
        Impatient(stage.ingest_url, stage.ingest_key) as sender,
        trio.open_nursery() as nursery,
    ):
        pulse = Pulse(stage.segment)
        nursery.start_soon(pulse.beat)
        ground = Ground(stage=stage, sender=sender, say=say, pulse=pulse, rate=rate)
        await backfill(stage.shop.identifies(), ground.post)
        yield ground
        nursery.cancel_scope.cancel()


def log_of(ground: Ground) -> str:
    """Return what the daemons said."""
    return ground.stage.log.read_text(errors="replace")


async def second_daemon(ground: Ground, config: Path, log: Path) -> trio.Process:
    """Start another daemon beside the one that runs; its words go to `log`."""
    with log.open("ab") as out:
        return await trio.lowlevel.open_process(
            [sys.executable, "-m", "clarion", "run", "--config", str(config)],
            env=ground.stage.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )


def suspend(process: trio.Process) -> None:
    """Stop a process where it stands."""
    os.kill(process.pid, signal.SIGSTOP)


def go_on(process: trio.Process) -> None:
    """Let it go on."""
    os.kill(process.pid, signal.SIGCONT)
