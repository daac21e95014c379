"""The ground of a soak: a real daemon that may die, a patient sender, and the checks."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import trio

from actors.mail import (
    Answer,
    Approve,
    CampaignView,
    Done,
    Draft,
    ListAll,
    Listed,
    Publish,
    Refused,
    Request,
    Resume,
    Show,
    Submit,
)
from clarion.client import NoDaemon, ask
from clarion.fault_env import VARIABLE
from clarion.socket_file import socket_path
from clarion.stage import DaemonFailed, Stage, open_stage
from domain.campaign import Campaign
from sandbox.shop import Sender, backfill
from sandbox.slack import ANA, BEN
from tests.system import checks

ANSWER_SECONDS_MAX = 30.0
AGAIN_SECONDS = 0.1
REST_SECONDS_MAX = 150.0
"""More than any wait between two attempts, and time for what has piled up."""
QUIET_POLLS = 10
POLL_SECONDS = 0.2
DIES_SECONDS_MAX = 20.0
RESUMES_SECONDS_MAX = 60.0
"""A daemon that was killed is back by then."""


class Impatient(Sender):
    """Sends again at once while the daemon is away, and keeps each status that it was told."""

    def __init__(self, url: str, write_key: str) -> None:
        super().__init__(url, write_key)
        self.statuses: Counter[int] = Counter()
        self.without_retry_after = 0

    def _wait_seconds(self, answer: httpx.Response | None, retries: int) -> float:
        return AGAIN_SECONDS

    async def _try(self, batch: Sequence[str], retries: int) -> httpx.Response | None:
        answer = await super()._try(batch, retries)
        if answer is not None:
            self.statuses[answer.status_code] += 1
            if answer.status_code in {429, 503} and "retry-after" not in answer.headers:
                self.without_retry_after += 1
        return answer


@dataclass
class Ground:
    """The daemon's surroundings, and what they have seen of it."""

    stage: Stage
    sender: Impatient
    acknowledged: set[str] = field(default_factory=set)
    triggers: dict[str, str] = field(default_factory=dict)
    final: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    checked: int = 0
    deaths: int = 0

    @property
    def command(self) -> list[str]:
        """How the daemon is started."""
        return [sys.executable, "-m", "clarion", "run", "--config", str(self.stage.config)]

    @property
    def copies(self) -> Path:
        return self.stage.folder / "copy"

    async def post(self, events: Sequence[dict[str, Any]]) -> None:
        """Return once all are acknowledged, however often the daemon dies meanwhile."""
        refused = self.sender.sent.refused
        await self.sender.post(list(events))
        assert self.sender.sent.refused == refused, self.sender.sent.problem
        self.acknowledged |= {event["messageId"] for event in events}

    async def ask(self, request: Request) -> Answer | None:
        """Ask as the command line does; None when the daemon is away or dies over it.

        Whoever leaves waits for the answer first: a request that is left alone on its way may be
        decided at any later moment, behind those of the others.
        """
        path = socket_path(self.stage.data)
        job = partial(ask, path, request, timeout_seconds=ANSWER_SECONDS_MAX)
        try:
            return await trio.to_thread.run_sync(job)
        except NoDaemon:
            return None

    async def asks(self, request: Request) -> Answer:
        """Ask until it is decided: whoever asks again may be told that it is done already.

        A daemon that could not keep the decision (another has taken over, the disk is full) says
        so and that one may try again.
        """
        while True:
            answer = await self.ask(request)
            if answer is not None and not _asks_for_another_try(answer):
                return answer
            await trio.sleep(AGAIN_SECONDS)

    async def publish(self, campaign: Campaign) -> None:
        """Draft, submit, approve and publish, as two people do."""
        name = campaign.name
        await self.asks(Draft(definition=campaign, by=ANA))
        await self.asks(Submit(name=name, by=ANA))
        await self.asks(Approve(name=name, by=BEN))
        await self.asks(Publish(name=name, by=ANA))

    async def resume(self, name: str) -> None:
        """Resume a campaign, even when the load is told to leave: no pause is left to nobody."""
        with trio.move_on_after(RESUMES_SECONDS_MAX, shield=True):
            await self.asks(Resume(name=name, by=ANA))

    async def view(self, name: str) -> CampaignView:
        answer = await self.asks(Show(name=name))
        assert isinstance(answer, Done), answer
        assert answer.campaign is not None, "the answer to Show has the campaign"
        return answer.campaign

    async def reaches(
        self, name: str, *states: str, seconds: float = REST_SECONDS_MAX
    ) -> CampaignView:
        """Wait until the campaign is in one of the states; else a violation is noted."""
        with trio.move_on_after(seconds):
            while (view := await self.view(name)).state not in states:
                await trio.sleep(POLL_SECONDS)
            return view
        view = await self.view(name)
        self.found.append(
            f"{name} is {view.state} after {seconds:.0f} s, not {' or '.join(states)}."
        )
        return view

    async def live(self, campaign: Campaign) -> None:
        """Publish a live campaign and wait until it runs: no event of its name was sent before."""
        assert campaign.trigger is not None, "a live campaign has a trigger"
        await self.publish(campaign)
        await self.reaches(campaign.name, "running", "completed")
        self.triggers[campaign.name] = campaign.trigger.event

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

    def look(self) -> checks.Seen:
        """Copy the database of the daemon that has just died; say what the world has seen."""
        arrived = list(self.stage.segment.receipts.messages)
        seen = checks.Seen(
            acknowledged=frozenset(self.acknowledged),
            triggers=dict(self.triggers),
            arrived=arrived,
            final=dict(self.final),
        )
        database = checks.copy_of(self.stage.data, self.copies)
        times = Counter(message.message_id for message in arrived)
        for message_id in checks.in_state(database, "accepted"):
            self.final.setdefault(message_id, times[message_id])
        self.deaths += 1
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
    folder: Path, *, seed: int, users: int, rate: int = 500
) -> AsyncIterator[Ground]:
    """Start a daemon without Slack, and introduce everybody to it."""
    folder.mkdir(parents=True, exist_ok=True)
    async with (
        open_stage(
            folder, seed=seed, users=users, zone="UTC", rate=rate, ports=(0, 0, 0), mode="off"
        ) as stage,
        Impatient(stage.ingest_url, stage.ingest_key) as sender,
    ):
        ground = Ground(stage, sender)
        await backfill(stage.shop.identifies(), ground.post)
        yield ground


def _asks_for_another_try(answer: Answer) -> bool:
    return isinstance(answer, Refused) and "try it again" in answer.fix.lower()


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
