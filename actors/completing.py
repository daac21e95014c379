"""The end of a live campaign: its time is over, or its total cap has been delivered."""

import sqlite3

from actors.context import Context
from domain.books import SkipReason
from domain.review import Action, State
from store import acts, caps, outbox
from store.fault_points import reach


async def complete(campaign: str, state: State, ends_ms: int | None, context: Context) -> bool:
    """End a campaign that is over, and tell whether it was; a cap ends it only while it runs."""
    now = context.clock.now_ms()
    ended = ends_ms is not None and now >= ends_ms

    def over(conn: sqlite3.Connection) -> bool:
        full = state is State.RUNNING and caps.is_full(conn, campaign, caps.TOTAL)
        return ended or (full and outbox.open_count(conn, campaign) == 0)

    def end(conn: sqlite3.Connection) -> bool:
        if not over(conn):
            return False
        reason = "ended" if ended else SkipReason.CAP_REACHED
        said = (
            "Completed: its end has come."
            if ended
            else "Completed: the total cap has been delivered."
        )
        key = context.audit_key
        moved = acts.advance(
            conn, campaign, Action.COMPLETE, reason=reason, say=said, key=key, now_ms=now
        )
        if ended and isinstance(moved, State):
            outbox.cancel_open(conn, campaign, SkipReason.CAMPAIGN_ENDED, now_ms=now)
        return isinstance(moved, State)

    if not await context.store.read(over):
        return False
    reach("live.completion_begins")
    done = await context.store.write(end)
    reach("live.completed")
    context.announce()
    return done
