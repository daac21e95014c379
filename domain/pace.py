"""How fast messages may leave: the rate, the size of a batch, and how long to wait after a no."""

import email.utils
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

BATCH_BYTES_MAX = 475_000
"""Segment takes 500 KB; the rest is margin."""
BATCH_EVENTS_MAX = 2_500
"""Segment answers 200 to the 2,501st event, and drops it."""
EVENT_BYTES_MAX = 32_000
"""Segment takes 32 KB an event, counted in UTF-8 on the wire."""
BACKOFF_FIRST_MS = 1_000
BACKOFF_MS_MAX = 60_000
RETRY_AFTER_MS_MAX = 3_600_000
"""A server that says "in a year" is asked again after an hour."""
EPOCH_SECONDS_MIN = 1_000_000_000
"""A number of seconds this large is a date (2001 or later) and no wait."""

_SECONDS = re.compile(r"([0-9]+)(\.[0-9]*[1-9][0-9]*)?(?:\.?0*)")
_WINDOW_MS = 1_000
_SLOT_MS = 10
_COMMA_BYTES = 1
_BACKOFF_DOUBLINGS_MAX = 16


class Granted(msgspec.Struct, frozen=True):
    """So many tokens were taken and may be used at once."""

    count: int


class Wait(msgspec.Struct, frozen=True):
    """Not now; asking again after `ms` can succeed."""

    ms: int


class Bucket(msgspec.Struct, frozen=True):
    """Tokens that flow back one second after they were taken, so no second ever exceeds the rate.

    The usual bucket, which refills steadily up to a burst, lets `burst + rate` through in an
    unlucky second; keeping the last second's grants costs a hundred numbers and is exact.
    `grants` are (slot's last millisecond, tokens), oldest first, in slots of 10 ms.
    Times are milliseconds of a clock that never goes back.
    """

    rate: int
    """Tokens in any second."""
    grants: tuple[tuple[int, int], ...] = ()

    @classmethod
    def after_start(cls, rate: int, now_ms: int) -> "Bucket":
        """Return an empty bucket: the process before this one may just have used a full second."""
        if rate < 1:
            raise ValueError(f"a rate is at least 1 a second, not {rate}")
        return cls(rate=rate, grants=((_slot_end(now_ms), rate),))

    def room(self, now_ms: int) -> int:
        """Return how many tokens could be taken now."""
        return self.rate - sum(count for _, count in self._recent(now_ms))

    def take(self, now_ms: int, n: int) -> "tuple[Bucket, Granted | Wait]":
        """Take all of `n` tokens, or none and say how long to wait.

        Raises ValueError for more than a second's worth, which no wait would ever bring.
        """
        if not 1 <= n <= self.rate:
            raise ValueError(f"one can take 1 to {self.rate} tokens at once, not {n}")
        recent = self._recent(now_ms)
        missing = n - (self.rate - sum(count for _, count in recent))
        if missing > 0:
            return self, Wait(ms=_wait_for(missing, recent) - now_ms)
        return self.spend(now_ms, n), Granted(count=n)

    def at(self, rate: int) -> "Bucket":
        """Return the same bucket with another rate; what was taken stays taken."""
        return Bucket(rate=max(rate, 1), grants=self.grants)

    def wait_ms(self, now_ms: int, n: int) -> int:
        """Return how long to wait until `n` tokens can be taken; 0: they can be now."""
        answer = self.take(now_ms, n)[1]
        return answer.ms if isinstance(answer, Wait) else 0

    def spend(self, now_ms: int, n: int) -> "Bucket":
        """Take `n` tokens whether or not they are there: they are leaving at this moment."""
        slot, recent = _slot_end(now_ms), self._recent(now_ms)
        if recent and recent[-1][0] == slot:
            recent, n = recent[:-1], recent[-1][1] + n
        return Bucket(rate=self.rate, grants=(*recent, (slot, n)))

    def _recent(self, now_ms: int) -> tuple[tuple[int, int], ...]:
        # `>=` and not `>`: both times were cut to whole milliseconds, so 1,000 ms apart may be
        # only 999.1 ms apart in truth.
        return tuple(grant for grant in self.grants if grant[0] >= now_ms - _WINDOW_MS)


def _slot_end(now_ms: int) -> int:
    return now_ms - now_ms % _SLOT_MS + _SLOT_MS - 1


def _wait_for(missing: int, recent: tuple[tuple[int, int], ...]) -> int:
    """Return when `missing` tokens will have flowed back."""
    for slot, count in recent:
        missing -= count
        if missing <= 0:
            return slot + _WINDOW_MS + 1
    raise AssertionError("all grants together are a second's worth")


def pack(
    sizes: Sequence[int],
    *,
    envelope_bytes: int,
    max_bytes: int = BATCH_BYTES_MAX,
    max_events: int = BATCH_EVENTS_MAX,
    counts: Sequence[int] = (),
) -> list[slice]:
    """Cut encoded events, in their order, into as few batches as fit on the wire.

    `sizes` are bytes of each event; the events of a batch are joined by commas inside an envelope
    of `envelope_bytes`. Several events that stay together, joined already, are one size with their
    number in `counts` (empty: all are single). Raises ValueError for an event that no batch may
    hold: `payload` refuses those long before.
    """
    slices: list[slice] = []
    start, used, events = 0, envelope_bytes, 0
    for index, size in enumerate(sizes):
        count = counts[index] if counts else 1
        largest = count * (EVENT_BYTES_MAX + _COMMA_BYTES) - _COMMA_BYTES
        if size > largest or envelope_bytes + size > max_bytes:
            raise ValueError(f"event {index} has {size} bytes; no batch can hold it")
        grown = used + size + (_COMMA_BYTES if index > start else 0)
        if index > start and (grown > max_bytes or events + count > max_events):
            slices.append(slice(start, index))
            start, used, events = index, envelope_bytes + size, count
        else:
            used, events = grown, events + count
    if start < len(sizes):
        slices.append(slice(start, len(sizes)))
    return slices


def backoff(attempt: int, u: float) -> int:
    """Return the wait in ms before the next try: full jitter, doubling from 1 s, at most 60 s.

    `attempt` counts failures from 0; `u` in [0, 1) is the caller's chance.
    """
    doublings = min(max(attempt, 0), _BACKOFF_DOUBLINGS_MAX)
    return int(u * min(BACKOFF_MS_MAX, BACKOFF_FIRST_MS << doublings))


def reset_ms(header: str, now_ms: int) -> int | None:
    """Return how long an X-RateLimit-Reset header asks to wait, in ms; None if unreadable.

    It is seconds from now, as Segment means it, or, as others write it, an epoch time.
    """
    text = header.strip()
    if text.isascii() and text.isdigit() and int(text[:16]) >= EPOCH_SECONDS_MIN:
        return min(max(int(text[:16]) * 1_000 - now_ms, 0), RETRY_AFTER_MS_MAX)
    return retry_after_ms(text, now_ms)


def retry_after_ms(header: str, now_ms: int) -> int | None:
    """Return how long a Retry-After header asks to wait, in ms; None if it says nothing readable.

    Takes seconds or an HTTP date (RFC 9110, 10.2.3); the past is 0. Parts of a second, which the
    RFC does not know and some servers send, count as a whole one.
    """
    text = header.strip()
    if found := _SECONDS.fullmatch(text):
        seconds = int(found[1][:10])  # ten digits are beyond every limit already
        return min((seconds + bool(found[2])) * 1_000, RETRY_AFTER_MS_MAX)
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    delta = when - datetime(1970, 1, 1, tzinfo=UTC)
    at_ms = delta.days * 86_400_000 + delta.seconds * 1_000
    return min(max(at_ms - now_ms, 0), RETRY_AFTER_MS_MAX)
