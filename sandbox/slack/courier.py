"""How a payload reaches the bot and its answer comes back; a socket and HTTP do it alike."""

from typing import Any, Literal, Protocol

import msgspec

Kind = Literal["slash_commands", "interactive", "events_api"]


class Reply(msgspec.Struct, frozen=True):
    """What came back: `error` is None when the bot acknowledged in time."""

    error: str | None = None
    body: Any = None


class Courier(Protocol):
    """Takes a payload to the bot and waits for the acknowledgement, at most three seconds."""

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, attempt: int = 0) -> Reply:
        """Send once; never raises for what the bot does. `attempt` counts an event's retries."""
        ...
