"""The end of a live campaign: its time is over, or its total cap has been delivered."""

import sqlite3

from actors.context import Context
from domain.books import SkipReason
from domain.review import Action, State
from store import acts, caps, outbox
from store.fault_points import reach

_SAID = {
    SkipReason.CAMPAIGN_ENDED: ("ended", "Completed: its end has come."),
    SkipReason.CAP_REACHED: ("cap_reached", "Completed: the total cap has been delivered."),
}


async def over(
    campaign: str, state: State, ends_ms: int | None, context: Context
) -> SkipReason | None:
    """Return why a campaign is over, as those who still wait are told; None: it is not.

    A cap ends it only while it runs.
    """
    now = context.clock.now_ms()
    return await context.store.read(lambda conn: _over(conn, campaign, state, ends_ms, now))


async def complete(campaign: str, state: State, ends_ms: int | None, context: Context) -> bool:
    """End a campaign that is over, and tell whether it was."""
    now = context.clock.now_ms()

    def end(conn: sqlite3.Connection) -> bool:
        why = _over(conn, campaign, state, ends_ms, now)
        if why is None:
            return False
        reason, said = _SAID[why]
        key = context.audit_key
        moved = acts.advance(
            conn, campaign, Action.COMPLETE, reason=reason, say=said, key=key, now_ms=now
        )
        if why is SkipReason.CAMPAIGN_ENDED and isinstance(moved, State):
            outbox.cancel_open(conn, campaign, SkipReason.CAMPAIGN_ENDED, now_ms=now)
        return isinstance(moved, State)

    reach("live.completion_begins")
    done = await context.store.write(end)
    reach("live.completed")
    context.announce()
    return done


def _over(
    conn: sqlite3.Connection, campaign: str, state: State, ends_ms: int | None, now_ms: int
) -> SkipReason | None:
    if ends_ms is not None and now_ms >= ends_ms:
        return SkipReason.CAMPAIGN_ENDED
    full = state is State.RUNNING and caps.is_full(conn, campaign, caps.TOTAL)
    if full and outbox.open_count(conn, campaign) == 0:
        return SkipReason.CAP_REACHED
    return None
