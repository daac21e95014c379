"""Live campaigns at work: events from the log to the outbox, and a million timers that wait.

Real parts, as the daemon has them: events are appended, the router tells the campaigns, each asks
its trigger and its audience, and writes cursor, messages or timers in one transaction. Delivery has
nowhere to send to. While the million waits, timers of another campaign fall due: the rows say how
late they were decided about, and how long it took to catch up with those that fell due while the
engine was down. `make bench ARGS=timers` takes about four minutes of two quiet cores;
`TIMERS=20000` is a try.
"""

import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random

import msgspec
import trio

from actors.clock import WallClock
from actors.desk import HouseRules
from actors.mail import Done, Draft, Publish, Submit
from actors.restraint import Pace
from bench.timing import Row
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from domain.audience import Filter
from domain.campaign import Campaign, Trigger, Without
from store import log
from store.hold import Hold
from store.log import Incoming

EVENTS = 20_000
CAMPAIGNS = (10, 100, 1_000)
CAMPAIGNS_PER_NAME = 10
"""So many wait for one and the same event."""
FITS_ONE_IN = 100
"""So few of the events have a message as their consequence."""
TIMERS = int(os.environ.get("CLARION_BENCH_TIMERS") or 1_000_000)
USERS = 200_000
BATCH = 500
SOON = 5_000
"""Timers that fall due while the million waits."""
SOON_MS = 20_000
WAIT_MS = 60_000
"""So long they wait after their events, which lie in the past."""
AHEAD_MS = 10_000
"""So long before the first of them they begin to be armed."""
DOWN_MS = 10_000
"""Others fall due one after another within so long while the engine is down."""
KEY = b"k" * 32
MARKETER = "U0ANA00001"
MEGABYTE = 1_024


def measure() -> list[Row]:
    """Measure how fast events go from the log to the outbox."""
    return [trio.run(_to_the_outbox, n) for n in CAMPAIGNS]


def measure_timers() -> list[Row]:
    """Measure how fast a million timers are armed, what a start with them costs, and lateness."""
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        return trio.run(_timers, Path(folder))


async def _to_the_outbox(campaigns: int) -> Row:
    names = max(campaigns // CAMPAIGNS_PER_NAME, 1)
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        async with at_work(Path(folder)) as engine:
            for n in range(campaigns):
                where = (Filter("price", ">=", FITS_ONE_IN - 1),)
                trigger = Trigger(f"Event {n % names}", where)
                await publish(engine, Campaign(name=f"C{n}", kind="live", trigger=trigger))
            await listening(engine, campaigns)
            began = time.perf_counter()
            last = 0
            for start in range(0, EVENTS, BATCH):
                last = await append(
                    engine, [_priced(n, names) for n in range(start, start + BATCH)]
                )
            await _considered(engine, last)
            seconds = time.perf_counter() - began
            ((messages,),) = await rows(engine, "SELECT count(*) FROM outbox")
    work = f"{EVENTS:,} events from the log to the outbox"
    way = f"{campaigns:,} campaigns, {EVENTS / seconds:,.0f} events/s, {messages:,} messages"
    return Row(work, way, seconds)


def _priced(n: int, names: int) -> Incoming:
    body = msgspec.json.encode({"price": n // names % FITS_ONE_IN, "sku": "A-1"})
    return Incoming("event", f"m{n}", f"u{n % 1_000}", f"Event {n % names}", _now(), body)


async def _timers(folder: Path) -> list[Row]:
    work = f"{TIMERS:,} timers"
    async with at_work(folder) as engine:
        without = Without("Order Completed", 3 * 24 * 60, same_property="cart")
        await publish(engine, _named("Long", Trigger("Cart Updated", without=without)))
        await publish(engine, _named("Soon", Trigger("Seen", delay_minutes=WAIT_MS // 60_000)))
        await listening(engine, 2)
        began = time.perf_counter()
        last = 0
        for start in range(0, TIMERS, BATCH):
            last = await append(engine, [_cart(n) for n in range(start, start + BATCH)])
        await _considered(engine, last)
        armed = time.perf_counter() - began
        ((waiting,),) = await rows(engine, "SELECT count(*) FROM timer WHERE state = 'armed'")
        assert waiting == TIMERS, f"{waiting} timers wait"
    gc.collect()
    before, began = _memory_mb(), time.perf_counter()
    async with at_work(folder) as engine:
        await listening(engine, 2)
        restarted = time.perf_counter() - began
        grown = _memory_mb() - before
        late = await _lateness(engine)
        await _soon(engine, "d", DOWN_MS)
    await trio.sleep((AHEAD_MS + DOWN_MS) / 1_000)
    began = time.perf_counter()
    async with at_work(folder) as engine:
        await _fired(engine, 2 * SOON)
        caught_up = time.perf_counter() - began
        await _in_order(engine)
    took = f"{TIMERS / armed:,.0f} a second, from the log on"
    return [
        Row(work, f"armed: {took}", armed),
        Row(work, f"a start with them: {grown:.0f} MB more than without a database", restarted),
        Row(work, f"{SOON:,} others fall due meanwhile: decided about after, p50", late[0]),
        Row(work, "the same, p99", late[1]),
        Row(work, "the same, at most", late[2]),
        Row(work, f"a start with {SOON:,} that fell due before: all decided about", caught_up),
    ]


async def _lateness(engine: Engine) -> tuple[float, float, float]:
    """Let timers fall due over some seconds; return how late they fired, in seconds."""
    await _soon(engine, "s", SOON_MS)
    await _fired(engine, SOON)
    late = [ms / 1_000 for (ms,) in await rows(engine, _OF_SOON.format("ended_ms - due_ms"))]
    return late[SOON // 2], late[SOON * 99 // 100], late[-1]


async def _soon(engine: Engine, prefix: str, within_ms: int) -> None:
    """Let timers wait that fall due one after another, the first of them soon."""
    began_ms, last = _now() - WAIT_MS + AHEAD_MS, 0
    for start in range(0, SOON, BATCH):
        last = await append(
            engine,
            [
                Incoming(
                    "event",
                    f"{prefix}{n}",
                    f"u{n % USERS}",
                    "Seen",
                    began_ms + n * within_ms // SOON,
                    b"{}",
                )
                for n in range(start, start + BATCH)
            ],
        )
    await _considered(engine, last)


async def _fired(engine: Engine, n: int) -> None:
    with trio.fail_after(SOON_MS / 1_000 + 120):
        while True:
            if len(await rows(engine, _OF_SOON.format("1"))) == n:
                return
            await trio.sleep(0.1)


async def _in_order(engine: Engine) -> None:
    """Demand that what fell due first was decided about first."""
    found = await rows(engine, _OF_SOON.format("due_ms, ended_ms"))
    ended = [at for _, at in found]
    assert ended == sorted(ended), "what waited was caught up with in another order"


_OF_SOON = (
    "SELECT {} FROM timer JOIN campaign ON campaign.id = campaign"
    " WHERE name = 'Soon' AND timer.state = 'fired' ORDER BY 1"
)


def _named(name: str, trigger: Trigger) -> Campaign:
    return Campaign(name=name, kind="live", trigger=trigger)


def _cart(n: int) -> Incoming:
    body = msgspec.json.encode({"cart": n})
    return Incoming("event", f"c{n}", f"u{n % USERS}", "Cart Updated", _now(), body)


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Engine]:
    """Run an engine that has nowhere to send to."""
    settings = EngineSettings(
        folder=folder,
        zone="UTC",
        segment_url="http://127.0.0.1:9",
        write_key="none",
        pace=Pace(messages_per_second=10, requests_at_once_max=1),
        house=HouseRules(review_required=False),
    )
    around = Surroundings(WallClock(), Hold(), Random(1), KEY, lambda: "E1")
    async with open_engine(settings, around) as engine:
        yield engine


async def publish(engine: Engine, campaign: Campaign) -> None:
    """Let a campaign listen."""
    name = campaign.name
    for request in (Draft(campaign, MARKETER), Submit(name, MARKETER), Publish(name, MARKETER)):
        answer = await engine.desk.ask(request)
        assert isinstance(answer, Done), answer


async def append(engine: Engine, records: Sequence[Incoming]) -> int:
    """Put records into the log as ingest does; return the last place in it."""
    now = engine.clock.now_ms()
    kept = await engine.store.write(
        partial(log.append, records=records, now_ms=now, install_key=engine.install_key)
    )
    engine.router.route(kept.names, kept.last_seq)
    return kept.last_seq


async def listening(engine: Engine, campaigns: int) -> None:
    """Wait until so many campaigns listen."""
    while True:
        if len(await rows(engine, "SELECT 1 FROM cursor")) >= campaigns:
            return
        await trio.sleep(0.02)


async def _considered(engine: Engine, last: int) -> None:
    """Wait until no campaign has an event of its own ahead of it."""
    behind = (
        "SELECT count(*) FROM cursor c JOIN revision r ON r.campaign = c.campaign"
        " WHERE EXISTS (SELECT 1 FROM log INDEXED BY log_of_name WHERE kind = 'event' AND name ="
        " r.definition ->> '$.trigger.event' AND seq > c.seq AND seq <= ?)"
    )
    while True:
        if not (await rows(engine, behind, last))[0][0]:
            return
        await trio.sleep(0.02)


async def rows(engine: Engine, sql: str, *values: int) -> list[tuple[int, ...]]:
    """Return what a question to the database finds."""
    return await engine.store.read(lambda conn: conn.execute(sql, values).fetchall())


def _memory_mb() -> float:
    """Return how much memory the process holds."""
    status = Path("/proc/self/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / MEGABYTE


def _now() -> int:
    return WallClock().now_ms()
