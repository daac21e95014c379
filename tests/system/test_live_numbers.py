"""The numbers of a campaign while a real daemon works: balanced, seconds old, told once a day."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import trio

from actors.mail_report import Report, ShowReport
from clarion.client import ask
from clarion.marketer import Marketer
from clarion.socket_file import socket_path
from clarion.stage import Stage
from sandbox.slack import ANA, BEN, REVIEWS
from tests.patience import PATIENCE_SECONDS
from tests.system.acting import on_stage, publish, reaches

NAME = "Coupon"
USERS = 240
CHUNK = 20
CAP = 150
RATE = 30
POLL_SECONDS = 0.2
SECONDS_OLD_MAX = 15.0
"""Of a report in the moment in which it was asked for: the machine may be busy while it comes."""
DEFINITION = f"""\
name = "{NAME}"
kind = "live"
[trigger]
event = "Product Added"
[limits]
control_percent = 20
cap_total = {CAP}
per_user_max = 1
[goal]
event = "Order Completed"
revenue = "total"
[variants]
type = "split"
of = [{{ name = "A", percent = 50 }}, {{ name = "B", percent = 50 }}]
"""


async def report(stage: Stage) -> Report:
    """Ask the daemon as every door does, without a process for each question."""
    path, asked = socket_path(stage.data), time.time()
    answer = await trio.to_thread.run_sync(partial(ask, path, ShowReport(NAME)))
    assert isinstance(answer, Report), answer
    assert asked - answer.at_ms / 1_000 < SECONDS_OLD_MAX, answer
    return answer


def is_true(found: Report) -> bool:
    """Whether its books balance, in all and by variant."""
    held = found.books
    skipped = sum(held.skipped.values())
    return (
        held.qualified == held.control + held.sent + skipped + held.pending
        and held.sent == sum(one.sent for one in found.variants)
        and held.pending == sum(one.pending for one in found.variants)
    )


async def post(stage: Stage, batch: list[dict[str, Any]]) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as sender:
        answer = await sender.post(
            f"{stage.ingest_url}/v1/batch", json={"batch": batch}, auth=(stage.ingest_key, "")
        )
    assert answer.status_code == 200, answer.text


def did(user: int, event: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "track",
        "userId": f"u{user}",
        "messageId": f"{event}-{user}",
        "event": event,
        "properties": properties,
    }


def has_considered(users: int, found: Report) -> bool:
    """Whether it counts so many, or needs none any more."""
    return found.state == "completed" or found.books.qualified == users


async def shop(stage: Stage, looked_at: list[Report]) -> None:
    """Let everybody add something to their cart, some after the others, and look all the while."""
    for start in range(0, USERS, CHUNK):
        upto = start + CHUNK
        await post(stage, [did(n, "Product Added") for n in range(start, upto)])
        await shows(stage, partial(has_considered, upto), looked_at)


async def test_books_balance_at_every_moment_and_are_seconds_old(tmp_path: Path) -> None:
    file = tmp_path / "campaign.toml"
    file.write_text(DEFINITION)
    async with on_stage(tmp_path, users=10, rate=RATE) as stage:
        people = [
            {"type": "identify", "userId": f"u{n}", "messageId": f"i{n}", "traits": {"n": n}}
            for n in range(USERS)
        ]
        await post(stage, people)
        await publish(stage, file, NAME, author=ANA, other=BEN)
        await reaches(stage, NAME, "running")
        looked_at: list[Report] = []
        await shop(stage, looked_at)
        await shows(stage, lambda _: len(stage.segment.accepted) == CAP, looked_at)
        assert all(map(is_true, looked_at)), looked_at
        moved = {(found.books.qualified, found.books.sent) for found in looked_at}
        assert len(moved) > 3, "it was looked at while it moved"
        await shows(stage, lambda found: found.books.sent == CAP)
        got = stage.segment.accepted[0].user
        assert got is not None
        await post(stage, [did(int(got[1:]), "Order Completed", total=12.5)])
        came = await shows(stage, lambda found: found.target is not None and found.target.converted)
        assert came.target is not None
        assert came.target.revenue == 12_500_000
        await told_in_the_thread(stage)


async def shows(
    stage: Stage, what: Callable[[Report], object], looked_at: list[Report] | None = None
) -> Report:
    """Look at the report until it shows it, and keep what was looked at."""
    kept = [] if looked_at is None else looked_at
    with trio.move_on_after(PATIENCE_SECONDS):
        while True:
            kept.append(await report(stage))
            if what(kept[-1]):
                return kept[-1]
            await trio.sleep(POLL_SECONDS)
    raise AssertionError(kept[-1:])


async def told_in_the_thread(stage: Stage) -> None:
    """A daemon that starts after the time of the digest makes it at once, in the card's thread."""
    await stage.stop_daemon()
    text = stage.config.read_text()
    stage.config.write_text(text.replace("[slack]\n", '[slack]\ndigest = "00:00"\n'))
    await stage.start_daemon()
    ben = Marketer(stage.slack, BEN, patience_seconds=PATIENCE_SECONDS)
    card = await ben.sees(REVIEWS, NAME, "Books")
    digest = await ben.sees(REVIEWS, NAME, str(CAP), thread=card.ts)
    assert [block for block in digest.blocks if block["type"] == "image"]
