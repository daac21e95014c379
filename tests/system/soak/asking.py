"""Asking a daemon that may die at any moment: as people do, and as the command line does."""

import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial

import trio
from msgspec import Struct

from actors.mail import (
    Answer,
    Approve,
    CampaignView,
    Done,
    Draft,
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
from clarion.stage import Stage
from domain.campaign import Campaign
from sandbox.slack import ANA, BEN
from tests.system.soak.sender import AGAIN_SECONDS

ANSWER_SECONDS_MAX = 120.0
REST_SECONDS_MAX = 600.0
"""More than any wait between two attempts, and time for what has piled up."""
RESUMES_SECONDS_MAX = 300.0
"""A daemon that was killed is back by then."""
POLL_SECONDS = 0.2


class Ran(Struct, frozen=True):
    """A command that has ended: its exit code (negative: the signal), and all that it wrote."""

    code: int
    said: str


@dataclass(kw_only=True)
class Asking:
    """The daemon, as those see it who want something of it; `found` is what should not be."""

    stage: Stage
    found: list[str] = field(default_factory=list)

    @property
    def command(self) -> list[str]:
        """How the daemon is started."""
        return [sys.executable, "-m", "clarion", "run", "--config", str(self.stage.config)]

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
        """Resume a campaign, even when the load is told to leave: no pause is left to nobody.

        Whoever is told to leave does not wait for a daemon that is dead: nobody starts another.
        """
        until = trio.current_time() + RESUMES_SECONDS_MAX
        while trio.current_time() < until:
            with trio.CancelScope(shield=True):
                answer = await self.ask(Resume(name=name, by=ANA))
            if answer is not None and not _asks_for_another_try(answer):
                return
            with trio.CancelScope(shield=self._lives()):
                await trio.sleep(AGAIN_SECONDS)

    def _lives(self) -> bool:
        return self.stage.daemon is not None and self.stage.daemon.poll() is None

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

    async def cli(self, *arguments: str, fault_point: str = "") -> Ran:
        """Run a command as an operator does."""
        done = await trio.run_process(
            [*self.command[:-3], *arguments, *self.command[-2:]],
            capture_stdout=True,
            stderr=subprocess.STDOUT,
            check=False,
            env=self.stage.environ | ({VARIABLE: fault_point} if fault_point else {}),
        )
        return Ran(done.returncode, done.stdout.decode(errors="replace"))


def _asks_for_another_try(answer: Answer) -> bool:
    return isinstance(answer, Refused) and "try it again" in answer.fix.lower()
