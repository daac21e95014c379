"""A live campaign that too many qualify for pauses itself, and tells people."""

import sqlite3

from actors import alarming
from actors.context import Context
from domain.alert_text import alert_text
from domain.review import Action, State
from store import acts, announcements, campaigns
from store.admission import Admission, Admitted

SURGE = "safety_per_hour"
"""The reason of a pause that a campaign's own safety limit brought about."""


def pause(
    conn: sqlite3.Connection,
    campaign: str,
    limit: int | None,
    *,
    key: bytes,
    letter: bool,
    now_ms: int,
) -> None:
    """Pause a campaign for which more qualified within an hour than it allows.

    Called in the transaction that found the first who was too many; no letter where none are sent.
    """
    assert limit is not None, "only a campaign with a limit is over it"
    row = campaigns.find(conn, campaign)
    assert row is not None, "a campaign that admits exists"
    say = f"Paused by itself: more than {limit:,} users qualified within an hour."
    moved = acts.advance(
        conn, campaign, Action.PAUSE, reason=SURGE, say=say, key=key, now_ms=now_ms
    )
    assert isinstance(moved, State), "it was running in this transaction"
    body = alert_text(
        f"*{row.name}* has paused itself: more than {limit:,} users qualified within an hour, which"
        " is its safety limit.",
        "nothing of it is sent until somebody decides.",
        "if that is as it should be, resume it: from then on as many more may qualify within an"
        " hour. If not, stop it: that is for ever.",
    )
    subject = acts.resume_buttons(conn, campaign)
    announcements.add(conn, "notice", campaign, subject=subject, body=body, now_ms=now_ms)
    if letter:
        alarming.surged(conn, row, limit, now_ms=now_ms)


def follow(context: Context, campaign: str, answer: Admission, *, told: bool) -> None:
    """Do what follows once an admission is written; `told`: it has something else for people."""
    surged = isinstance(answer, Admitted) and answer.surged
    if surged:
        context.halt_delivery(campaign)
        if context.post is not None:
            context.post()
    elif isinstance(answer, Admitted) and answer.pending:
        context.wake_delivery()
    if told or surged:
        context.announce()
