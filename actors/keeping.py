"""For how long events are kept: as the operator says, and as far as what is published looks back.

Nothing new may look back further than the operator keeps. What was published before may: it would
go on without a word, and message those who did what it leaves out.
"""

import sqlite3

import msgspec

from domain.review import OVER
from domain.rules_kept import looks_back_days
from store import campaigns, retention, revisions


def keep(conn: sqlite3.Connection, days: int) -> None:
    """Keep events for so many days from now on, or as long as is looked back; 0: for ever."""
    retention.keep_for(conn, min(max(days, longest(conn)[0]), retention.DAYS_MAX) if days else 0)


def longest(conn: sqlite3.Connection) -> tuple[int, str]:
    """Return how many days any campaign that is published and not over looks back, and its name."""
    return max(
        (
            (_days(conn, row.id, row.published), row.name)
            for row in campaigns.everyone(conn)
            if row.published is not None and row.state not in OVER
        ),
        default=(0, ""),
    )


def _days(conn: sqlite3.Connection, campaign_id: str, published: int) -> int:
    try:
        return looks_back_days(revisions.revision_of(conn, campaign_id, published).whole.who)
    except msgspec.DecodeError:  # it runs no more, and whoever looks is told so
        return 0
