"""The doors of ingest on loopback, and a client of them, for every test that comes in by one."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import trio

from actors.clock import WallClock
from actors.ingest import Ingest, IngestSettings
from actors.sources import DEFAULT, Source
from tests.actors.house import KEY, House, open_house
from tests.patience import PATIENCE_SECONDS

INGEST_KEY = "ingest-key"
SHARED_SECRET = "shared-secret"
SOURCES = (
    Source(DEFAULT, keys=(INGEST_KEY, "second")),
    Source("web", "browser", ("web-key",)),
    Source("hook", "webhook", ("hook-key",), SHARED_SECRET),
    Source("ACC-1", "clevertap", ("passcode",)),
    Source("gone", "server", ("gone-key",), revoked=True),
)


class Door:
    """Ingest on loopback, and a client of it."""

    def __init__(self, house: House, ingest: Ingest, url: str, client: httpx.AsyncClient) -> None:
        self.house, self.ingest, self.url, self.client = house, ingest, url, client

    async def post(
        self, body: Any, path: str = "v1/batch", **headers: str | bytes
    ) -> tuple[int, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent: dict[str, Any] = {"Authorization": basic(INGEST_KEY)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.client.post(f"{self.url}/{path}", content=content, headers=sent)
        return answer.status_code, answer.json()

    async def kept(self) -> list[str]:
        return [row[0] for row in await self.house.rows("SELECT source_id FROM log ORDER BY seq")]

    async def people(self) -> dict[str, dict[str, Any]]:
        """Return the traits of everyone who is known."""
        rows = await self.house.rows("SELECT user, traits FROM user")
        return {user: json.loads(traits) for user, traits in rows}


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@asynccontextmanager
async def open_door(folder: Path, **parts: Any) -> AsyncIterator[Door]:
    sources: Sequence[Source] = parts.pop("sources", SOURCES)
    clock = WallClock()
    async with open_house(folder, None, clock=clock, **parts) as house:
        ingest = Ingest(
            house.store,
            house.router,
            IngestSettings("127.0.0.1", 0, tuple(sources), 100_000, 300_000),
            clock=clock,
            pressure=house.pressure,
            install_key=KEY,
            error_id=lambda: "E7",
            refusals=house.context.refusals,
        )
        async with (
            trio.open_nursery() as nursery,
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client,
        ):
            (url, *_) = await nursery.start(ingest.serve)
            yield Door(house, ingest, url, client)
            nursery.cancel_scope.cancel()
