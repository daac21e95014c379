"""The senders of events: the shop's servers, which post until they are told that it is kept."""

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from msgspec.structs import replace

from tests.simulation import door
from tests.simulation.daemon import INGEST_KEY, Doors
from tests.simulation.history import Happened, Posted, User
from tests.simulation.people import Home
from tests.simulation.plan import PlannedEvent, PlannedProfile, PlannedUser
from tests.simulation.world import World

AGAIN_MS = 2_000
TRIES_MAX = 2_000
CENTS_MAX = 5_000


class Senders:
    """Everyone who posts."""

    def __init__(self, world: World, home: Home) -> None:
        self._world = world
        self._home = home

    async def introduce(self) -> None:
        """Post every user's profile, before anything else; some come later."""
        early = [one for one in self._world.plan.users if not one.comes]
        await self._post([_profile(one, "") for one in early], ())
        for one in early:
            self._introduced(one)

    async def bring(self, user: PlannedUser) -> None:
        """Post the profile of a user who comes later."""
        await self._post([_profile(user, "")], ())
        self._introduced(user)

    async def say_again(self, again: PlannedProfile) -> None:
        """Post a profile once more, as an import does."""
        user = next(one for one in self._world.plan.users if one.user == again.user)
        user = replace(user, group=again.group or user.group)
        profile = _profile(user, f" {again.at}")
        profile["traits"]["said_again"] = again.at
        await self._post([profile], ())
        self._introduced(user)

    def _introduced(self, one: PlannedUser) -> None:
        now_ms = self._world.now_ms()
        self._world.record(User(now_ms, one.user, one.zone, one.group, one.minute, one.n))

    async def send(self, event: PlannedEvent) -> None:
        """Post one event, as one that happened `late` before now."""
        time_ms = self._world.now_ms() - event.late
        moment = datetime.fromtimestamp(time_ms / 1000, tz=UTC)
        call: dict[str, Any] = {
            "type": "track",
            "messageId": event.id,
            "userId": event.user,
            "event": event.name,
            "timestamp": moment.isoformat(timespec="milliseconds"),
            "properties": {"n": event.n, "note": f"the canary of {event.user}"},
        }
        cents = crc32(event.id.encode()) % CENTS_MAX
        call["properties"] |= {"paid": cents / 100}
        if event.cart:
            call["properties"] |= {"id": event.id, "cart": event.cart}
        if event.date:
            call["properties"] |= {"date": event.date}
        bad = event.n == 0
        happened = Happened(
            event.id,
            event.user,
            event.name,
            time_ms,
            bad=bad,
            cart=event.cart,
            date=event.date,
            sent_ms=self._world.now_ms(),
            paid=cents * 10_000,
            n=event.n,
        )
        await self._post([call], (happened,))

    async def blunder(self, user: str) -> None:
        """Post what no ingest can take, with values of a user in every place."""
        mine = f"canary-{user}@example.com"
        for wrong in (
            {"type": "track", "userId": [mine], "event": {"name": mine}, "properties": mine},
            {"type": "identify", "traits": [mine], "messageId": {mine: 1}},
            {"type": "track", "userId": mine * 40, "event": mine * 40, "messageId": mine * 10},
        ):
            daemon = await self._home()
            await daemon.visit(lambda doors, body=wrong: self._try(doors, [body]))  # type: ignore[misc]

    async def _post(self, batch: list[dict[str, Any]], events: tuple[Happened, ...]) -> None:
        for _ in range(TRIES_MAX):
            daemon = await self._home()
            status = await daemon.visit(lambda doors: self._try(doors, batch)) or 0
            if events:
                self._world.record(Posted(at_ms=self._world.now_ms(), events=events, status=status))
            if status == 200:
                return
            await self._world.pause(AGAIN_MS)

    async def _try(self, doors: Doors, batch: list[dict[str, Any]]) -> int:
        answer = await door.post(doors.ingest.app, "batch", {"batch": batch}, key=INGEST_KEY)
        if answer.status != 200:
            self._world.left("answer", answer.body)
        return answer.status


def _profile(one: PlannedUser, again: str) -> dict[str, Any]:
    mine = {
        "email": f"canary-{one.user}@example.com",
        "phone": f"+47 canary {one.user}",
        "name": f"Canary {one.user}",
    }
    zone = {"timezone": one.zone} if one.zone else {}
    wish = {"minute": one.minute} if one.minute >= 0 else {}
    return {
        "type": "identify",
        "messageId": f"profile {one.user}{again}",
        "userId": one.user,
        "traits": {"group": one.group, "n": one.n} | mine | zone | wish,
    }
