"""Drills with messages that are ready and may not go: it is night by now, or it was suspended."""

import os
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import trio

from actors.mail import Stop
from actors.prepare import DND_MARGIN_MS
from domain.audience import Property
from domain.campaign import Campaign, DoNotDisturb
from sandbox.slack import ANA
from tests.system.soak import kills
from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground, go_on

NIGHT_MINUTES = 10
SPARE_SECONDS = 15
"""So long before the night begins they are admitted at the latest."""
NIGHT_SECONDS_MAX = 180.0
HELD_UP_SECONDS = DND_MARGIN_MS / 1000 + 2
PLAIN = 40
PLAIN_TRAIT = "plain"


async def night(ground: Ground) -> None:
    """Do-not-disturb begins while Segment wants less: what waits is put off, and it dies over it.

    Who has no zone of their own lives in the account's, UTC.
    """
    await ground.post(
        [
            {
                "type": "identify",
                "userId": f"plain-{n}",
                "messageId": f"plain-{n}",
                "traits": {PLAIN_TRAIT: True, "email": f"plain-{n}@example.test"},
            }
            for n in range(PLAIN)
        ]
    )
    await kills.ends(ground, "before a night", ground.stage.stop_daemon)
    begins = datetime.fromtimestamp(time.time() + SPARE_SECONDS + 60, UTC).replace(second=0)
    ends = begins + timedelta(minutes=NIGHT_MINUTES)
    campaign = Campaign(
        name="Not at night",
        kind="past_behaviour",
        who=Property(name=PLAIN_TRAIT, op="exists"),
        do_not_disturb=DoNotDisturb(f"{begins:%H:%M}", f"{ends:%H:%M}"),
    )
    left = begins.timestamp() - time.time() + 2
    ground.stage.segment.faults.clear()
    ground.stage.segment.faults.next("throttle", count=1, retry_after=round(left))
    await kills.on_purpose(
        ground,
        "postpone.committed",
        partial(ground.publish, campaign),
        seconds=NIGHT_SECONDS_MAX,
    )
    arrived = ground.arrived_of((await ground.view(campaign.name)).id)
    if arrived:
        ground.found.append(f"{arrived} messages arrived in the night.")
    await ground.asks(Stop(name=campaign.name, by=ANA))


async def suspended(ground: Ground, place: str) -> None:
    """It is suspended right after a claim: what was claimed is given back, not sent late."""
    campaign = Campaign(name=f"Claimed, then {place}", kind="past_behaviour", who=EVERYONE)

    async def publish_and_wake() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ground.publish, campaign)
            await _until_suspended(ground)
            await trio.sleep(HELD_UP_SECONDS)
            assert ground.stage.daemon is not None, "it was started"
            go_on(ground.stage.daemon)

    await kills.on_purpose(ground, f"claim.committed:1:stop,{place}", publish_and_wake)
    await ground.publish(campaign)
    await ground.reaches(campaign.name, "completed")


async def _until_suspended(ground: Ground) -> None:
    assert ground.stage.daemon is not None, "it was started"
    while not _is_suspended(ground.stage.daemon.pid):
        await trio.sleep(POLL_SECONDS)


def _is_suspended(pid: int) -> bool:
    """Look without waiting, and leave what is seen to others."""
    return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
