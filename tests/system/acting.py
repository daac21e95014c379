"""What the system tests share: a stage, and the command line as a person uses it."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import trio

from clarion.stage import Stage, open_stage
from tests.patience import PATIENCE_SECONDS

WAIT_SECONDS_MAX = 2 * PATIENCE_SECONDS
POLL_SECONDS = 0.2


@asynccontextmanager
async def on_stage(
    folder: Path,
    *,
    users: int = 200,
    rate: int = 500,
    zone: str = "UTC",
    mode: str = "socket",
) -> AsyncIterator[Stage]:
    """Set up the local Slack, the local Segment and a daemon of its own process."""
    async with open_stage(
        folder,
        seed=7,
        users=users,
        zone=zone,
        rate=rate,
        ports=(0, 0, 0),
        mode=mode,
        answer_seconds_max=PATIENCE_SECONDS,
    ) as stage:
        yield stage


async def clarion(stage: Stage, *arguments: str, expect: int = 0) -> Any:
    """Run the command line against the stage's daemon, and return the JSON that it prints."""
    command = [sys.executable, "-m", "clarion", *arguments, "--config", str(stage.config), "--json"]
    done = await trio.run_process(
        command, capture_stdout=True, capture_stderr=True, check=False, env=stage.environ
    )
    said = f"{done.stdout.decode()}\n{done.stderr.decode()}"
    assert done.returncode == expect, f"{arguments}: exit {done.returncode}\n{said}"
    return json.loads(done.stdout)


async def publish(stage: Stage, definition: Path, name: str, *, author: str, other: str) -> None:
    """Draft, submit, approve and publish a definition, as two people would."""
    await clarion(stage, "campaign", "draft", str(definition), "--as", author)
    await clarion(stage, "campaign", "submit", name, "--as", author)
    await clarion(stage, "campaign", "approve", name, "--as", other)
    await clarion(stage, "campaign", "publish", name, "--as", author)


async def shown(stage: Stage, name: str) -> dict[str, Any]:
    """Return the campaign as `clarion campaign show --json` tells it."""
    answer = await clarion(stage, "campaign", "show", name)
    view: dict[str, Any] = answer["campaign"]
    return view


async def reaches(stage: Stage, name: str, *states: str) -> dict[str, Any]:
    """Wait until the campaign is in one of the states."""
    view: dict[str, Any] = {}
    with trio.move_on_after(WAIT_SECONDS_MAX):
        while True:
            view = await shown(stage, name)
            if view["state"] in states:
                return view
            await trio.sleep(POLL_SECONDS)
    log = await trio.Path(stage.log).read_text()
    raise AssertionError(f"{name} did not reach {states}: {view}\n{log[-3000:]}")


def balanced(books: dict[str, Any]) -> bool:
    """Tell whether qualified = control + sent + skipped + pending."""
    rest = books["control"] + books["sent"] + sum(books["skipped"].values()) + books["pending"]
    return bool(books["qualified"] == rest)
