"""The senders of events: the shop's servers, which post until they are told that it is kept."""

from datetime import UTC, datetime
from typing import Any

from tests.simulation import door
from tests.simulation.daemon import INGEST_KEY
from tests.simulation.history import Happened, Posted, User
from tests.simulation.people import Home
from tests.simulation.plan import PlannedEvent
from tests.simulation.world import World

AGAIN_MS = 2_000
TRIES_MAX = 2_000


class Senders:
    """Everyone who posts."""

    def __init__(self, world: World, home: Home) -> None:
        self._world = world
        self._home = home

    async def introduce(self) -> None:
        """Post every user's profile, before anything else."""
        world = self._world
        users = world.plan.users
        batch: list[dict[str, Any]] = [
            {
                "type": "identify",
                "messageId": f"profile {one.user}",
                "userId": one.user,
                "traits": {"group": one.group} | ({"timezone": one.zone} if one.zone else {}),
            }
            for one in users
        ]
        await self._post(batch, ())
        for one in users:
            world.record(User(at_ms=world.now_ms(), user=one.user, zone=one.zone, group=one.group))

    async def send(self, event: PlannedEvent) -> None:
        """Post one event, as one that happened `late` before now."""
        time_ms = self._world.now_ms() - event.late
        moment = datetime.fromtimestamp(time_ms / 1000, tz=UTC)
        call = {
            "type": "track",
            "messageId": event.id,
            "userId": event.user,
            "event": event.name,
            "timestamp": moment.isoformat(timespec="milliseconds"),
        }
        await self._post([call], (Happened(event.id, event.user, event.name, time_ms),))

    async def _post(self, batch: list[dict[str, Any]], events: tuple[Happened, ...]) -> None:
        for _ in range(TRIES_MAX):
            daemon = await self._home()

            status = (
                await daemon.visit(
                    lambda doors: door.post(
                        doors.ingest.app, "batch", {"batch": batch}, key=INGEST_KEY
                    )
                )
                or 0
            )
            if events:
                self._world.record(Posted(at_ms=self._world.now_ms(), events=events, status=status))
            if status == 200:
                return
            await self._world.pause(AGAIN_MS)
