"""How far back an audience looks at what a user did: so much of the history is read, and no more.

A robot, or an id that many share, does an event a million times. Whoever asks about the last days
need not read all of them each time.
"""

from domain.audience import DidFirst, Node, deeds, doings
from domain.periods import DAY_MS, window

EVER_MS = -(2**63)
MARGIN_MS = DAY_MS
"""Clocks that are put back a little, and a present that is a moment earlier, read enough."""


def since_by_name(node: Node, *, now_ms: int, zone: str) -> dict[str, int]:
    """Return for each event of a tree since when it may decide (epoch ms), now or later.

    Saved audiences must have been expanded. `zone` is the account's.
    """
    found: dict[str, int] = {}
    for deed in deeds(node):
        since = window(deed, now_ms=now_ms, zone=zone).since_ms
        at = EVER_MS if since is None or isinstance(deed, DidFirst) else since - MARGIN_MS
        for doing in doings(deed):
            found[doing.event] = min(at, found.get(doing.event, at))
    return found
