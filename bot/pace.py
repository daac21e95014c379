"""The pace at which a channel may be spoken to: one message a second in each, with short bursts.

Slack allows "short bursts" above its one message a second; a few are enough for a card and the
replies that come with it to appear together.
"""

import trio

CHANNEL_SECONDS = 1.0
BURST_MESSAGES_MAX = 3


class Pace:
    """Spaces what is said in each channel; channels do not wait for each other.

    Each message pushes the channel's own time on by a second, and may go as long as that time is
    less than a burst ahead of now (the generic cell rate algorithm).
    """

    def __init__(self, seconds: float = CHANNEL_SECONDS, burst: int = BURST_MESSAGES_MAX) -> None:
        self._seconds = seconds
        self._ahead_max = seconds * (burst - 1)
        self._times: dict[str, float] = {}

    async def wait(self, channel: str) -> None:
        """Wait for the channel's next turn, and take it."""
        now = trio.current_time()
        time = max(now, self._times.get(channel, now))
        self._times[channel] = time + self._seconds
        await trio.sleep_until(time - self._ahead_max)
