"""The end of a life: its engine is left alone until nothing moves any more."""

import sqlite3

from tests.simulation.people import Home, People
from tests.simulation.world import World

REST_MS_MAX = 240 * 3_600_000
"""A week whose do-not-disturb leaves one morning, and three days to expire after it."""
LOOK_MS = 600_000
QUIET_LOOKS = 3
"""All is at rest when nothing was open so many times in a row."""
SETTLE_MS = 1_000
"""And a moment later: a run may begin at the very instant of the last look."""
_OPEN = (
    "SELECT (SELECT count(*) FROM outbox WHERE state IN ('drawn', 'pending', 'in_flight'))"
    " + (SELECT count(*) FROM timer JOIN campaign ON campaign.id = timer.campaign"
    " WHERE timer.state = 'armed' AND campaign.state = 'running')"
    " + (SELECT count(*) FROM run JOIN campaign ON campaign.id = run.campaign"
    " WHERE run.state = 'drawing' AND campaign.state = 'running')"
)
"""Messages, waits of campaigns that go on, and runs that are being drawn."""


async def rest(world: World, home: Home, people: People) -> None:
    """Wait until nothing is open, at most REST_MS_MAX."""
    ends = world.now_ms() + REST_MS_MAX
    quiet = 0
    while world.now_ms() < ends:
        if quiet < QUIET_LOOKS:
            await people.finish()
            await world.pause(LOOK_MS)
        else:
            await world.pause(SETTLE_MS)
        daemon = await home()
        if await daemon.visit(lambda doors: doors.engine.store.read(_count_open)) != 0:
            quiet = 0  # something is open, or the daemon ended while it was asked
        elif quiet == QUIET_LOOKS:
            return
        else:
            quiet += 1


def _count_open(conn: sqlite3.Connection) -> int:
    return int(conn.execute(_OPEN).fetchone()[0])
