"""kill -9 of the daemon in the middle of two campaigns: nothing lost, nothing twice, caps hold."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import trio

from clarion.stage import Stage
from sandbox.shop import Sender, backfill
from sandbox.slack import ANA, BEN
from tests.system.acting import balanced, on_stage, publish, reaches, shown

CAP = 120
KILLS = 3
LIVE = f"""\
name = "Cart coupon"
kind = "live"

[trigger]
event = "Product Viewed"

[limits]
cap_total = {CAP}
"""
PAST = """\
name = "Win back"
kind = "past_behaviour"

[who]
type = "property"
name = "email"
op = "exists"
"""


class Remembering:
    """A sender that remembers which messages were acknowledged."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.acknowledged: set[str] = set()

    async def post(self, events: Sequence[dict[str, Any]]) -> None:
        """Return when all are acknowledged; the sender tries again while the daemon is down."""
        await self._sender.post(list(events))
        self.acknowledged |= {event["messageId"] for event in events}


def logged(stage: Stage) -> set[str]:
    """Read the ids of everything that the daemon kept, after it has stopped."""
    with sqlite3.connect(stage.data / "clarion.db") as conn:
        return {row[0] for row in conn.execute("SELECT source_id FROM log")}


async def sent_at_least(stage: Stage, n: int) -> None:
    """Wait until this many messages reached Segment."""
    with trio.fail_after(60):
        await stage.segment.wait_until(lambda: len(stage.segment.accepted) >= n)


async def test_kill_9_in_the_middle_of_both_campaigns(tmp_path: Path) -> None:
    live, past = tmp_path / "live.toml", tmp_path / "past.toml"
    live.write_text(LIVE)
    past.write_text(PAST)
    async with on_stage(tmp_path, users=400, rate=80) as stage, stage.sender() as client:
        sender = Remembering(client)
        await backfill(stage.shop.identifies(), sender.post)
        await publish(stage, live, "Cart coupon", author=ANA, other=BEN)
        await publish(stage, past, "Win back", author=ANA, other=BEN)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_views, stage, sender)
            for kill in range(KILLS):
                await sent_at_least(stage, 60 * (kill + 1))
                await stage.kill_daemon()
                await stage.start_daemon()
            past_view = await reaches(stage, "Win back", "completed")
            live_view = await reaches(stage, "Cart coupon", "completed")
            nursery.cancel_scope.cancel()
        live_view = await shown(stage, "Cart coupon")
        await stage.stop_daemon()

        assert sender.acknowledged <= logged(stage)
        accepted = stage.segment.accepted
        ids = Counter(message.message_id for message in accepted)
        assert set(ids.values()) == {1}
        by_campaign = Counter(_campaign(message.raw) for message in accepted)
        assert by_campaign["Cart coupon"] == CAP == live_view["books"]["sent"]
        assert by_campaign["Win back"] == 400 == past_view["books"]["sent"]
        once = Counter(m.user for m in accepted if _campaign(m.raw) == "Win back")
        assert set(once.values()) == {1}
        assert balanced(live_view["books"])
        assert balanced(past_view["books"])


async def _views(stage: Stage, sender: Remembering) -> None:
    """Let shoppers look at products, for as long as it takes."""
    number = 0
    while True:
        batch = [
            {
                "type": "track",
                "event": "Product Viewed",
                "userId": stage.shop.people[(number + i) % len(stage.shop.people)].user_id,
                "messageId": f"view-{number + i}",
                "properties": {"sku": f"S{i}"},
            }
            for i in range(5)
        ]
        number += len(batch)
        await sender.post(batch)
        await trio.sleep(0.05)


def _campaign(raw: bytes | str) -> str:
    return str(msgspec.json.decode(raw)["properties"]["campaign_name"])
