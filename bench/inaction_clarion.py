"""Inaction as Clarion does it: every event is stored, every wait is a row, and so is a message.

The engine is whole, but for its doors, on real files; time is virtual, so what is measured is work
and no waiting: each batch is committed, considered and, where waits are over, decided about before
the next one comes. Delivery has nowhere to send to.
"""

import itertools
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import httpx
import trio
from trio.testing import MockClock

from actors.clock import TrioClock
from actors.desk import HouseRules
from actors.mail import Done, Draft, Publish, Submit
from actors.restraint import Pace
from bench.inaction_stream import WITHIN_MS, Fired, Happened
from bench.timing import Took
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from domain.campaign import Campaign, Trigger, Without
from store import log
from store.hold import Hold
from store.log import Incoming

START_MS = 1_790_000_000_000
MINUTE_MS = 60_000
BATCH_MS = 5_000
"""What arrives within so long is one batch."""
GRACE_SECONDS = 30
"""More than an event is under way, so that nothing that counts comes too late."""
BEGUN, ENDED = "Cart Updated", "Order Completed"
NAME = "Left"
MARKETER = "U0ANA00001"


class NoSegment(httpx.AsyncBaseTransport):
    """An answer that never comes."""

    async def handle_async_request(self, _request: httpx.Request) -> httpx.Response:
        """Wait for ever."""
        await trio.sleep_forever()


def play(events: Sequence[Happened], *, listens: bool = True) -> tuple[Took, Fired]:
    """Return how long it took, and what fired; unless it `listens`, events are stored only."""
    clock = MockClock(autojump_threshold=0)
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        return trio.run(partial(_play, events, Path(folder), clock, listens=listens), clock=clock)


async def _play(
    events: Sequence[Happened], folder: Path, jumps: MockClock, *, listens: bool
) -> tuple[Took, Fired]:
    settings = EngineSettings(
        folder=folder,
        zone="UTC",
        segment_url="http://segment.invalid",
        write_key="none",
        pace=Pace(messages_per_second=10, requests_at_once_max=1),
        timeout_seconds=1e6,
        house=HouseRules(review_required=False),
    )
    around = Surroundings(
        TrioClock(START_MS), Hold(jumps), Random(1), b"k" * 32, lambda: "E1", transport=NoSegment()
    )
    async with open_engine(settings, around) as engine:
        if listens:
            await _publish(engine)
        began, origin = Took.now(), trio.current_time()
        for arrives, batch in itertools.groupby(events, lambda one: one.arrives_ms // BATCH_MS + 1):
            await trio.sleep_until(origin + arrives * BATCH_MS / 1_000)
            await _append(engine, [_incoming(one, origin) for one in batch])
        if listens:
            await trio.sleep(WITHIN_MS / 1_000 + GRACE_SECONDS + 1)
        took = Took.now().since(began)
        return took, await _fired(engine, START_MS + round(origin * 1_000))


async def _publish(engine: Engine) -> None:
    without = Without(ENDED, WITHIN_MS // MINUTE_MS, grace_seconds=GRACE_SECONDS)
    campaign = Campaign(name=NAME, kind="live", trigger=Trigger(BEGUN, without=without))
    for request in (Draft(campaign, MARKETER), Submit(NAME, MARKETER), Publish(NAME, MARKETER)):
        answer = await engine.desk.ask(request)
        assert isinstance(answer, Done), answer
    while True:
        if await engine.store.read(lambda conn: conn.execute("SELECT 1 FROM cursor").fetchall()):
            return
        await trio.sleep(1)


async def _append(engine: Engine, records: Sequence[Incoming]) -> None:
    """Keep a batch as the doors do, and tell the campaigns."""
    now = engine.clock.now_ms()
    kept = await engine.store.write(
        partial(log.append, records=records, now_ms=now, install_key=engine.install_key)
    )
    engine.router.route(kept.names, kept.last_seq)


def _incoming(one: Happened, origin: float) -> Incoming:
    name = BEGUN if one.kind == "A" else ENDED
    time_ms = START_MS + round(origin * 1_000) + one.time_ms
    return Incoming("event", f"e{one.number}", f"u{one.user}", name, time_ms, b"{}")


async def _fired(engine: Engine, origin_ms: int) -> Fired:
    """Return whose waits were over, for each of whom a message stands in the outbox."""
    found = await engine.store.read(
        lambda conn: conn.execute(
            "SELECT timer.user, until_ms FROM timer JOIN outbox USING (campaign, user, occurrence)"
            " WHERE timer.state = 'fired'"
        ).fetchall()
    )
    fired = frozenset((int(user.removeprefix("u")), until - origin_ms) for user, until in found)
    assert len(fired) == len(found), "a wait fired twice"
    return fired
