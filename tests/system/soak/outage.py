"""P19's little sister: Segment is away for a while under load; nothing is lost."""

import trio

from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.ground import Ground

REQUESTS_A_MINUTE_MAX = 60
"""More than this in a minute would be a storm."""
PROBED_SECONDS_MIN = 30.0
"""In a shorter outage it may be that nobody asks."""
FLOWS_SECONDS_MAX = 60.0
"""A probe every 30 s +-20 %, and time for a slow machine."""


async def outage(ground: Ground, *, seconds: float) -> str:
    """Let Segment be away for so long, while the caller's load goes on; say what it cost."""
    segment = ground.stage.segment
    before = segment.counters.requests
    segment.faults.next("down", seconds=seconds)
    await trio.sleep(seconds)
    asked = segment.counters.requests - before
    if asked > REQUESTS_A_MINUTE_MAX * max(seconds / 60, 0.5):
        ground.found.append(f"An outage of {seconds:.0f} s cost {asked} requests.")
    if seconds >= PROBED_SECONDS_MIN and not asked:
        ground.found.append(f"In an outage of {seconds:.0f} s nobody asked whether it was over.")
    ended, accepted = trio.current_time(), segment.counters.accepted
    with trio.move_on_after(FLOWS_SECONDS_MAX):
        while segment.counters.accepted == accepted:
            await trio.sleep(POLL_SECONDS)
    waited = trio.current_time() - ended
    if segment.counters.accepted == accepted:
        ground.found.append(f"{waited:.0f} s after an outage nothing was sent yet.")
    return f"{seconds:.0f} s away cost {asked} requests; {waited:.0f} s later messages flowed again"
