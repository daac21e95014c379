"""Requests that the doors turned away, counted while the daemon runs: nothing of them is kept.

A wrong key, or an address that is none, leaves no other trace; whoever looks after senders asks
for it. Nothing is written for them, so that no stranger can make the disk work.
"""

from collections.abc import Sequence

from actors.mail_intake import RefusedLine

WHY = {
    400: "the body could not be read, or nothing in it was right",
    401: "the key or the signature is not right",
    403: "the key is for another door",
    404: "there is nothing at the address",
    405: "the address takes POST alone",
    408: "the body did not come in time",
    413: "the body is too large",
    415: "the body is packed in a way that is not known",
    429: "too much at once, to be sent again later",
    500: "an error of ours, which the log tells",
    503: "nothing was taken then, to be sent again later",
}
"""By the status that a sender was answered with."""
OTHERWISE = "it was not taken"


class Refusals:
    """Counts by status: there are only so many."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}

    def count(self, status: int, *, now_ms: int) -> None:
        """Count one request."""
        n, _ = self._counts.get(status, (0, 0))
        self._counts[status] = n + 1, now_ms

    def lines(self) -> Sequence[RefusedLine]:
        """Return the counts, by status."""
        return [
            RefusedLine(status, WHY.get(status, OTHERWISE), n, latest_ms)
            for status, (n, latest_ms) in sorted(self._counts.items())
        ]
