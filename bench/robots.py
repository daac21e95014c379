"""What an event costs whose user did a hundred thousand before it, beside one of whom did ten.

Real parts from the log to the cursor: one live campaign asks about all that its user ever did, each
event comes alone, and the next one when it was considered. Nobody is in the audience after all, so
nothing is sent. The seconds are those that processors worked for one event.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import trio

from actors.clock import WallClock
from bench.live import BATCH, append, at_work, listening, publish, rows
from bench.timing import Row
from clarion.engine import Engine
from domain.audience import (
    All,
    Amount,
    Count,
    Did,
    DidFirst,
    DidNot,
    DidSum,
    Filter,
    Hours,
    Node,
    Property,
    SameValue,
    Step,
)
from domain.campaign import Campaign, Trigger
from store.log import Incoming

NAME = "Product Viewed"
EVENTS = 100
BEFORE = {"person": 10, "robot": 100_000}
NOBODY = Property("nobody", "exists")
QUESTIONS: dict[str, Node] = {
    "did it at least 5 times, ever": Did(NAME, count=Count(">=", 5)),
    "never did it": DidNot(NAME),
    "the first time in the last 30 days": DidFirst(NAME, days=30),
    "did it with a property, ever (nobody did)": Did(NAME, (Filter("price", ">", 1_000),)),
    "the sum of a property, ever": DidSum(NAME, "price", Amount(">", 10**12)),
    "the same value 3 times, ever": SameValue("sku", (Step(NAME, count=Count(">=", 3)),)),
    "the sum, in the last 720 hours": DidSum(NAME, "price", Amount(">", 10**12), period=Hours(720)),
}


def measure() -> list[Row]:
    """Time events of either, for each question; and the first one, for which all is counted."""
    return [row for question in QUESTIONS for row in trio.run(_one, question)]


async def _one(question: str) -> list[Row]:
    who = All((QUESTIONS[question], NOBODY))
    trigger = Trigger(NAME)
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as folder:
        async with at_work(Path(folder)) as house:
            last = 0
            for user, n in BEFORE.items():
                for start in range(0, n, BATCH):
                    last = await append(house, _did(user, range(start, min(start + BATCH, n))))
            await publish(house, Campaign(name="C", kind="live", trigger=trigger, who=who))
            await listening(house, 1)
            for user, n in BEFORE.items():
                first = await _considered(house, user, n, 1)
                each = await _considered(house, user, n + 1, EVENTS)
                many = f"{n:,} events before"
                found += [Row(question, many, each), Row(question, f"{many}, the first", first)]
            assert last, "there were events"
    return found


def _did(user: str, numbers: Sequence[int]) -> list[Incoming]:
    now_ms = WallClock().now_ms()
    return [
        Incoming(
            "event",
            f"{user}{n}",
            user,
            NAME,
            now_ms - n,
            msgspec.json.encode({"price": n % 100, "sku": f"A-{n % 10}"}),
        )
        for n in numbers
    ]


async def _considered(house: Engine, user: str, start: int, n: int) -> float:
    """Let a user do it so many times more, each alone; return the seconds of processors for one."""
    began = time.process_time()
    for number in range(start, start + n):
        last = await append(house, _did(user, [number]))
        await _reached(house, last)
    return (time.process_time() - began) / n


async def _reached(house: Engine, last: int) -> None:
    while True:
        if (await rows(house, "SELECT seq FROM cursor"))[0][0] >= last:
            return
        await trio.sleep(0.001)
