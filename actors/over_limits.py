"""How many of those whom a run would message have had enough now, for the estimated reach.

The question is the very one that the draw asks of each user, in the order of the books.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from domain.books import SkipReason
from domain.campaign import Campaign
from store import allowance
from store.allowance import Bounds, Wanted
from store.database import Database
from store.rows import among

ASKED_MAX = 100_000
"""Of a larger audience so many random users are asked: some seconds' work."""
CHUNK = 2_000
_NO_MESSAGE = ""


class Asked(Struct, frozen=True):
    """The campaign about which it is asked, and when; the id is empty before it has one."""

    campaign: str
    definition: Campaign
    bounds: Bounds
    now_ms: int


class Over(Struct, frozen=True):
    """Of so many `asked` users so many are `refused` now, and so many would wait."""

    asked: int = 0
    refused: int = 0
    waiting: int = 0

    def share(self, n: int, everybody: int) -> int:
        """Return what `n` of those asked come to for everybody: itself, if all were asked."""
        return round(n * everybody / self.asked) if self.asked else 0


NOBODY = Over()


async def count_over(store: Database, asked: Asked, users: Sequence[str]) -> Over:
    """Ask the limits for each user, a few at a time: others want to read as well."""
    refused = waiting = 0
    for start in range(0, len(users), CHUNK):
        some = users[start : start + CHUNK]
        one, other = await store.read(partial(_count, asked=asked, users=some))
        refused, waiting = refused + one, waiting + other
    return Over(len(users), refused, waiting)


def _count(conn: sqlite3.Connection, asked: Asked, users: Sequence[str]) -> tuple[int, int]:
    had_any = {user for (user,) in among(conn, _HAD_ANY, users)}
    had_any |= {user for (user,) in among(conn, _HAD_ANY_BEFORE, users)}
    zones = dict(among(conn, "SELECT user, zone FROM user WHERE user IN ({keys})", sorted(had_any)))
    refused = waiting = 0
    for user in sorted(had_any):
        wanted = Wanted(asked.campaign, asked.definition, user, _NO_MESSAGE, zones.get(user) or "")
        placed = allowance.place(conn, asked.bounds, wanted, now_ms=asked.now_ms)
        if isinstance(placed, SkipReason):
            refused += 1
        else:
            waiting += placed.queued
    return refused, waiting


_HAD_ANY = "SELECT DISTINCT user FROM outbox WHERE user IN ({keys})"
_HAD_ANY_BEFORE = (
    "SELECT DISTINCT identity.user FROM identity JOIN outbox ON outbox.user = identity.old"
    " WHERE identity.user IN ({keys})"
)
"""Under an id that the person had before."""
