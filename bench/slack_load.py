"""Events for the daemon of `bench.slack`, from a process of its own: `python -m bench.slack_load`.

The key comes in the environment, so that no list of processes shows it.
"""

import os
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import trio

from sandbox.shop import Sender

BATCH = 250
NAMES = 10
USERS = 50_000
KEY = "CLARION_BENCH_KEY"


async def post(url: str, key: str, rate: int, now_iso: str) -> None:
    """Post `rate` events a second until cancelled; what the daemon slows is slowed here too."""
    batches = _batches(now_iso)
    async with Sender(url, key) as sender:
        began, sent = trio.current_time(), 0
        while True:
            await trio.sleep_until(began + sent / rate)
            await sender.post(next(batches))
            sent += BATCH


def _batches(now_iso: str) -> Iterator[list[dict[str, Any]]]:
    numbers = count()
    while True:
        yield [_event(next(numbers), now_iso) for _ in range(BATCH)]


def _event(n: int, now_iso: str) -> dict[str, Any]:
    return {
        "type": "track",
        "messageId": str(UUID(int=n)),
        "userId": f"u{n * 7_919 % USERS}",
        "event": f"Event {n % NAMES}",
        "timestamp": now_iso,
        "properties": {"price": n % 100, "product": f"product {n % 1_000}"},
    }


if __name__ == "__main__":
    trio.run(post, sys.argv[1], os.environ[KEY], int(sys.argv[2]), sys.argv[3])
