"""How long a person waits for `/campaign`, while the engine takes its full load.

The real daemon, in a process of its own, in mode http. Another process sends it events; ten live
campaigns consider each and send to the local Segment at the pace of the configuration. A person in
the local Slack types, and the time runs until the answer stands there: Slack's signed request, the
desk, the store beside a busy writer, and the answer to the response_url.
"""

import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import trio

from actors.mail import Approve, Done, Draft, Publish, Request, Submit
from bench.slack_load import KEY, NAMES
from bench.timing import Row
from clarion.client import ask
from clarion.socket_file import socket_path
from clarion.stage import Stage, open_stage
from domain.audience import Filter
from domain.campaign import Campaign, Trigger
from sandbox.slack import CAMPAIGNS

EVENTS_PER_SECOND = int(os.environ.get("CLARION_BENCH_EVENTS", "2000"))
MESSAGES_PER_SECOND = 500
"""As the configuration has it; so many of the events have a message as their consequence."""
COMMANDS = int(os.environ.get("CLARION_BENCH_COMMANDS", "200"))
WARM_SECONDS = 5.0
PATIENCE_SECONDS = 30.0
AUTHOR, APPROVER = "U0ANA00001", "U0BEN00002"
P99_SECONDS_MAX = 0.3
"""What is promised."""


def measure() -> list[Row]:
    """Measure each command, as often as COMMANDS says."""
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        return trio.run(_measure, Path(folder))


async def _measure(folder: Path) -> list[Row]:
    async with open_stage(
        folder,
        seed=1,
        users=1,
        zone="Europe/Oslo",
        rate=MESSAGES_PER_SECOND,
        ports=(0, 0, 0),
        mode="http",
        messages_kept_max=1_000,
    ) as stage:
        for n in range(NAMES):
            await _publish(stage, n)
        async with _loaded(stage):
            await trio.sleep(WARM_SECONDS)
            before = len(stage.segment.requests)
            took = {name: await _times(stage, name) for name in ("list", "show", "pause")}
            assert len(stage.segment.requests) > before, "the engine sent while people waited"
    return [row for name, times in took.items() for row in _rows(name, times)]


def _rows(name: str, times: list[float]) -> list[Row]:
    ranked = sorted(times)
    work = f"/campaign {name}, {len(times)} times, under {EVENTS_PER_SECOND:,} events/s"
    p99 = ranked[min(len(ranked) * 99 // 100, len(ranked) - 1)]
    verdict = "kept" if p99 <= P99_SECONDS_MAX else "NOT kept"
    return [
        Row(work, "p50", ranked[len(ranked) // 2]),
        Row(work, f"p99 (promised: {P99_SECONDS_MAX:g}; {verdict})", p99),
        Row(work, "the longest", ranked[-1]),
    ]


async def _times(stage: Stage, name: str) -> list[float]:
    times = []
    for n in range(COMMANDS):
        about = f"Campaign {n % NAMES}"
        times.append(await _answered(stage, "list" if name == "list" else f"{name} {about}"))
        if name == "pause":
            await _answered(stage, f"resume {about}")
    return times


async def _answered(stage: Stage, text: str) -> float:
    """Type a command; return how long until its answer is there, in seconds."""
    slack = stage.slack
    for message in slack.ephemerals(AUTHOR, CAMPAIGNS):
        slack.dismiss(AUTHOR, CAMPAIGNS, message.ts)
    began = time.perf_counter()
    outcome = await slack.command(AUTHOR, CAMPAIGNS, f"/campaign {text}")
    assert outcome.ok, f"/campaign {text}: {outcome}"
    with trio.fail_after(PATIENCE_SECONDS):
        await slack.wait_until(lambda: bool(slack.ephemerals(AUTHOR, CAMPAIGNS)))
    return time.perf_counter() - began


@asynccontextmanager
async def _loaded(stage: Stage) -> AsyncIterator[None]:
    """Send events from another process meanwhile."""
    now = datetime.now(UTC).isoformat()
    command = [sys.executable, "-m", "bench.slack_load", stage.ingest_url]
    async with trio.open_nursery() as nursery:
        run: Callable[..., Awaitable[object]] = trio.run_process
        environ = os.environ | {KEY: stage.ingest_key}
        nursery.start_soon(
            partial(run, [*command, str(EVENTS_PER_SECOND), now], env=environ, check=False)
        )
        yield
        nursery.cancel_scope.cancel()


async def _publish(stage: Stage, n: int) -> None:
    most = 100 * MESSAGES_PER_SECOND // EVENTS_PER_SECOND
    trigger = Trigger(f"Event {n}", (Filter("price", ">=", max(100 - most, 0)),))
    name = f"Campaign {n}"
    content = Campaign(name=name, kind="live", trigger=trigger)
    requests: tuple[Request, ...] = (
        Draft(definition=content, by=AUTHOR),
        Submit(name, AUTHOR),
        Approve(name, APPROVER),
        Publish(name, AUTHOR),
    )
    for request in requests:
        answer = await trio.to_thread.run_sync(ask, socket_path(stage.data), request)
        assert isinstance(answer, Done), answer
