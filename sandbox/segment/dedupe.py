"""Which message ids arrived in the last 24 hours, as Segment remembers them."""

from collections import OrderedDict

REMEMBERED_SECONDS = 24 * 60 * 60
REMEMBERED_IDS_MAX = 1_000_000


class Dedupe:
    """Remembers an id for 24 hours after its first arrival; a repeat does not renew it."""

    def __init__(self) -> None:
        self._first_seen: OrderedDict[str, float] = OrderedDict()

    def is_new(self, message_id: str, now: float) -> bool:
        """Tell, and remember; `now` in seconds."""
        self._forget_old(now)
        if message_id in self._first_seen:
            return False
        self._first_seen[message_id] = now
        if len(self._first_seen) > REMEMBERED_IDS_MAX:
            self._first_seen.popitem(last=False)
        return True

    def _forget_old(self, now: float) -> None:
        """The oldest stand first, so each id is looked at once in its life."""
        while self._first_seen:
            oldest = next(iter(self._first_seen))
            if now - self._first_seen[oldest] < REMEMBERED_SECONDS:
                return
            del self._first_seen[oldest]
