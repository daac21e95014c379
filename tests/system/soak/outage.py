"""P19's little sister: Segment is away for a while under load; nothing is lost."""

import trio

from tests.system.soak.ground import Ground

REQUESTS_A_MINUTE_MAX = 60
"""More than this in a minute would be a storm."""


async def outage(ground: Ground, *, seconds: float) -> str:
    """Let Segment be away for so long, while the caller's load goes on; say what it cost."""
    segment = ground.stage.segment
    before = segment.counters.requests
    segment.faults.next("down", seconds=seconds)
    await trio.sleep(seconds)
    asked = segment.counters.requests - before
    if asked > REQUESTS_A_MINUTE_MAX * max(seconds / 60, 0.5):
        ground.found.append(f"An outage of {seconds:.0f} s cost {asked} requests.")
    return f"an outage of {seconds:.0f} s cost {asked} requests"
