"""What held delivery back as a whole, kept for a start: Segment's "not before", and an outage.

It is written in the transaction that settles the answer from which it was learnt. Times are epoch
milliseconds; 0: there is none.
"""

import sqlite3

import msgspec
from msgspec import Struct

from store import meta

HELD_BACK = "held_back"
SAME_MS = 1_000
"""Two clocks are read, so a moment that stands is found a little differently each time."""


class HeldBack(Struct, frozen=True):
    """Nothing leaves before `gate_ms`; since `ramp_ms` the pace grows again after an outage.

    `away`: Segment could not be reached, time after time.
    """

    gate_ms: int = 0
    ramp_ms: int = 0
    away: bool = False

    def is_like(self, other: "HeldBack") -> bool:
        """Tell whether the other says the same, so that nothing need be written."""
        return (
            self.away == other.away
            and abs(self.gate_ms - other.gate_ms) < SAME_MS
            and abs(self.ramp_ms - other.ramp_ms) < SAME_MS
        )


def keep(conn: sqlite3.Connection, held: HeldBack) -> None:
    """Remember it, in the caller's transaction."""
    meta.put(conn, HELD_BACK, msgspec.json.encode(held).decode())


def held(conn: sqlite3.Connection) -> HeldBack:
    """Return what was kept last; nothing, where nothing was or it cannot be read."""
    found = meta.get(conn, HELD_BACK)
    if found is None:
        return HeldBack()
    try:
        return msgspec.json.decode(found, type=HeldBack)
    except msgspec.MsgspecError:
        return HeldBack()
