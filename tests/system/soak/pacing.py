"""P18 as the receiver sees it: no stretch of time has more messages than the pace allows."""

from collections.abc import Iterable, Iterator

from sandbox.segment.receipts import Message, Request

SHORT_SECONDS, LONG_SECONDS = 1.0, 10.0
LATE_SECONDS = 0.5
"""On a busy machine the local Segment may see so late what left in time, and more at once."""


def too_fast(messages: Iterable[Message], requests: Iterable[Request], rate: int) -> Iterator[str]:
    """Yield the stretches with more than they may have; a request began when its head arrived."""
    began = {request.seq: request.began for request in requests}
    times = sorted(began[each.request] for each in messages if each.request in began)
    for seconds in (SHORT_SECONDS, LONG_SECONDS):
        most = int(rate * (seconds + LATE_SECONDS))
        for first, last in zip(times, times[most:], strict=False):
            if last - first < seconds:
                yield f"More than {most:,} messages arrived in {seconds:.0f} s, at {rate} a second."
                break
