"""A throttle: so many messages per 5 minutes, smoothed.

What may leave in 5 minutes leaves in slots of about a second, all of one size, so nothing comes in
bursts. A slot holds at least one message: of few messages there are fewer, longer slots.
"""

from math import ceil

from msgspec import Struct

WINDOW_MS = 300_000
MARGIN_MS = 5_000
"""A message may begin this long after it was counted: so much longer is the window counted."""
MESSAGES_MAX = 30_000_000
"""As many as the fastest pace brings."""
_SLOTS = 300


class Throttle(Struct, frozen=True):
    """How much may leave; times are milliseconds of a clock that never goes back.

    A law: of what is spent no more than there was room for, no 5 minutes hold more than `most`.
    """

    most: int
    """In any 5 minutes."""
    slot_ms: int
    """When the last message of the present slot left, or when the slot will begin."""
    used: int = 0

    @classmethod
    def after_start(cls, most: int, now_ms: int) -> "Throttle":
        """Return one whose first slot is yet to come: the process before may have filled one."""
        if not 1 <= most <= MESSAGES_MAX:
            raise ValueError(f"so many messages are no throttle: {most}")
        fresh = cls(most, now_ms)
        return cls(most, now_ms + fresh.length_ms)

    @property
    def size(self) -> int:
        """So many messages may leave in one slot."""
        return max(self.most // _SLOTS, 1)

    @property
    def length_ms(self) -> int:
        """How long a slot is: so long that no window has more of them than it has room for."""
        return ceil((WINDOW_MS + MARGIN_MS) / (self.most // self.size))

    def room(self, now_ms: int) -> int:
        """Return how many messages may leave now."""
        if now_ms < self.slot_ms:
            return 0
        return self.size if now_ms >= self.slot_ms + self.length_ms else self.size - self.used

    def wait_ms(self, now_ms: int) -> int:
        """Return how long until one message may leave; 0: it may now."""
        if self.room(now_ms) > 0:
            return 0
        return (self.slot_ms if now_ms < self.slot_ms else self.slot_ms + self.length_ms) - now_ms

    def spend(self, now_ms: int, n: int) -> "Throttle":
        """Count messages that leave now; the next slot begins a whole length after the last one.

        After the last and not the first: what leaves late in a slot would meet the next slot's.
        """
        used = 0 if now_ms >= self.slot_ms + self.length_ms else self.used
        return Throttle(self.most, now_ms, used + n)
