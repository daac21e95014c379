"""The pace at which a channel may be spoken to: Slack takes about one message a second in each."""

import trio

CHANNEL_SECONDS = 1.0


class Pace:
    """Spaces what is said in each channel; channels do not wait for each other."""

    def __init__(self, seconds: float = CHANNEL_SECONDS) -> None:
        self._seconds = seconds
        self._next: dict[str, float] = {}

    async def wait(self, channel: str) -> None:
        """Wait for the channel's next turn, and take it."""
        now = trio.current_time()
        turn = max(now, self._next.get(channel, now))
        self._next[channel] = turn + self._seconds
        await trio.sleep_until(turn)
