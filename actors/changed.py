"""What changed in a campaign since people last said yes to it, for who decides about it now."""

import sqlite3

from actors.mail_views import Since
from domain import changes
from domain.phrases import quoted
from domain.review import UNPUBLISHED, State
from store import campaigns, revisions
from store.campaigns import CampaignRow
from store.revisions import FrozenAudiences


def since(conn: sqlite3.Connection, row: CampaignRow, zone: str) -> Since | None:
    """Return what differs from the revision that was last approved.

    Without one: from what was last in review. None where nothing waits for a decision, and where
    this is the first that anybody sees. `zone` is the account's.
    """
    asked = row.state is State.BLOCKED or row.amendment is not None
    if row.state not in UNPUBLISHED and not asked:
        return None
    seen = revisions.last_decided(conn, row.id, before=row.revision)
    if seen is None or row.revision == row.published:
        return None
    before = campaigns.revision_of(conn, row.id, seen.number)
    after = campaigns.revision_of(conn, row.id, row.revision)
    told = changes.changes(before.definition, after.definition, zone)
    told += _versions(before.saved, after.saved)
    return Since(seen.number, seen.approver, seen.decided_ms, tuple(told))


def _versions(before: FrozenAudiences, after: FrozenAudiences) -> list[tuple[str, str]]:
    """Tell of saved audiences that are named as before and stand for something else."""
    return [
        (
            f"Saved audience {quoted(name)}",
            f"version {before[name].version}{changes.ARROW}version {after[name].version}",
        )
        for name in sorted(before.keys() & after.keys())
        if before[name].who != after[name].who
    ]
