"""What follows a run of a past-behaviour campaign: the next one, or the end.

Runs do not overlap, but for those in which each user has a time of their own: the users of one may
still wait for theirs when the next begins, and the campaign goes on while any of them is open.
"""

import sqlite3

from domain import schedule
from domain.books import Books, SkipReason
from domain.campaign import Campaign
from domain.review import Action, State
from domain.schedule import Slot
from store import acts, announcements, campaigns, runs
from store.campaigns import CampaignRow
from store.runs import Run

GOING = frozenset({State.RUNNING, State.BLOCKED})
"""While one of its runs is held, others of a campaign go on."""


def more(row: CampaignRow, definition: Campaign, after_ms: int, *, zone: str) -> Slot | None:
    """Return the run that follows one that fell due at `after_ms`; None: it was the last."""
    assert row.published_ms is not None, "a campaign that runs was published"
    found = schedule.following(
        definition.when,
        published_ms=row.published_ms,
        account_zone=row.zone_in(zone),
        after_ms=after_ms,
        count=1,
    )
    return found[0] if found else None


def others(conn: sqlite3.Connection, run: Run) -> list[Run]:
    """Return the runs of the same campaign that are open besides this one."""
    every = runs.of_campaign(conn, run.campaign)
    return [one for one in every if one.state in runs.OPEN and one.run != run.run]


def move_on(
    conn: sqlite3.Connection,
    run: Run,
    after: Slot | None,
    *,
    reason: str,
    said: str,
    key: bytes,
    now_ms: int,
) -> bool:
    """Let a campaign go on without a run: by others, with the `after`, or to its end.

    `said` stands under its card. False: nothing was written, for it is paused or over.
    """
    row = campaigns.find(conn, run.campaign)
    assert row is not None, "a run is a campaign's"
    if others(conn, run):
        if row.state not in GOING:
            return False
        body = said.replace("Completed:", f"The run of {run.run} is over:")
        announcements.add(conn, "card", row.id, now_ms=now_ms)
        announcements.add(conn, "reply", row.id, body=body, now_ms=now_ms)
        return True
    action, told = onward(after, said)
    moved = acts.advance(conn, row.id, action, reason=reason, say=told, key=key, now_ms=now_ms)
    return isinstance(moved, State)


def onward(after: Slot | None, said: str) -> tuple[Action, str]:
    """Return what becomes of the campaign after a run, and what is said of both."""
    if after is None:
        return Action.COMPLETE, said
    over = said.replace("Completed:", "This run is over:")
    return Action.FINISH_RUN, f"{over} The next run is that of {after.name}."


def outcome(found: Books) -> tuple[str, str]:
    """Return why a run is over, and the sentence for its card: what failed is not called sent."""
    lost = sum(found.skipped.get(reason, 0) for reason in (SkipReason.DEAD, SkipReason.UNKNOWN))
    if not lost:
        return "all sent", f"Completed: {found.sent:,} messages were sent."
    reason = f"{found.sent:,} sent, {lost:,} failed"
    return reason, f"Completed: {reason}. The books of the campaign say why."
