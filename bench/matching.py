"""What an event costs a daemon with many live campaigns: those that wait for its name, and others.

Real parts from the log to the cursors: events are appended, the router tells the campaigns, each
reads them, asks its trigger, and moves its cursor. No trigger holds, so nothing is sent.
"""

import tempfile
import time
from collections.abc import Sequence
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
from domain.campaign import Campaign, Trigger
from store import log
from store.hold import Hold
from store.log import Incoming

EVENTS = 20_000
NAME = "Product Viewed"
SHAPES = ((10, 0), (10, 90), (10, 990), (1, 99), (100, 0))
"""How many campaigns wait for the event's name, and how many for others."""
KEY = b"k" * 32


def measure() -> list[Row]:
    """Time the same events with more and more campaigns."""
    return [trio.run(_one, waiting, others) for waiting, others in SHAPES]


async def _one(waiting: int, others: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        settings = EngineSettings(
            folder=Path(folder),
            zone="UTC",
            segment_url="http://127.0.0.1:9",
            write_key="none",
            pace=Pace(messages_per_second=10, requests_at_once_max=1),
            house=HouseRules(review_required=False),
        )
        around = Surroundings(WallClock(), Hold(), Random(1), KEY, lambda: "E1")
        async with open_engine(settings, around) as engine:
            names = [NAME] * waiting + [f"Other {n}" for n in range(others)]
            for n, name in enumerate(names):
                await _publish(engine, _campaign(n, name))
            await _all_listen(engine, len(names))
            seconds = await _feed(engine)
    work = f"{EVENTS:,} events through the log"
    return Row(work, f"{waiting} campaigns wait for them, {others} do not", seconds)


def _campaign(n: int, name: str) -> Campaign:
    where = (Filter("price", ">", 1_000_000), Filter("currency", "equals", "EUR"))
    return Campaign(name=f"Campaign {n}", kind="live", trigger=Trigger(name, where))


async def _publish(engine: Engine, campaign: Campaign) -> None:
    for request in (
        Draft(campaign, "U0ANA00001"),
        Submit(campaign.name, "U0ANA00001"),
        Publish(campaign.name, "U0ANA00001"),
    ):
        answer = await engine.desk.ask(request)
        assert isinstance(answer, Done), answer


async def _all_listen(engine: Engine, campaigns: int) -> None:
    while True:
        if len(await _cursors(engine)) == campaigns:
            return
        await trio.sleep(0.05)


async def _feed(engine: Engine) -> float:
    """Append everything, and wait until the campaigns that wait for it have considered it."""
    began = time.perf_counter()
    last = 0
    for start in range(0, EVENTS, 500):
        records = _records(start)
        now = engine.clock.now_ms()
        kept = await engine.store.write(
            partial(log.append, records=records, now_ms=now, install_key=engine.install_key)
        )
        last = kept.last_seq
        engine.router.route(kept.names, last)
    while True:
        if min(await _cursors(engine, NAME)) >= last:
            return time.perf_counter() - began
        await trio.sleep(0.002)


def _records(start: int) -> Sequence[Incoming]:
    body = msgspec.json.encode({"price": 10, "currency": "EUR", "sku": "A-1"})
    now_ms = WallClock().now_ms()
    return [
        Incoming("event", f"m{n}", f"u{n % 1_000}", NAME, now_ms, body)
        for n in range(start, start + 500)
    ]


async def _cursors(engine: Engine, name: str = "") -> list[int]:
    """Return how far the campaigns have come, all or those that wait for an event."""
    rows = await engine.store.read(
        lambda conn: conn.execute(
            "SELECT c.seq FROM cursor c JOIN revision r"
            " ON r.campaign = c.campaign AND r.number = c.revision"
            " WHERE ? = '' OR r.definition ->> '$.trigger.event' = ?",
            (name, name),
        ).fetchall()
    )
    return [seq for (seq,) in rows]
