"""Pausing everything at once, for the day when nobody knows yet what is wrong.

There is no resuming at once: what goes on again is decided campaign by campaign.
"""

import sqlite3

from msgspec import Struct

from actors.mail_trust import NotPaused, PauseAll
from actors.rules import Rules, at
from domain.review import PUBLISHED, Action, Forbidden, State
from store import acts, campaigns
from store.campaigns import CampaignRow


class Paused(Struct, frozen=True):
    """Which campaigns are paused now by this act, and which go on as they are."""

    rows: tuple[CampaignRow, ...]
    others: tuple[NotPaused, ...]


def pause_all(conn: sqlite3.Connection, request: PauseAll, rules: Rules) -> Paused:
    """Pause whatever can be paused, in one transaction; drafts and what is over are no matter."""
    paused: list[CampaignRow] = []
    others: list[NotPaused] = []
    for row in campaigns.everyone(conn):
        if row.state not in PUBLISHED:
            continue
        moved = acts.advance(
            conn,
            row.id,
            Action.PAUSE,
            who=request.by,
            reason="all paused",
            say=f"Paused with all others by {at(request.by)}.",
            key=rules.key,
            now_ms=rules.now_ms,
        )
        if isinstance(moved, Forbidden):
            others.append(NotPaused(row.name, row.state, _why(row.state)))
        else:
            paused.append(row)
    return Paused(tuple(paused), tuple(others))


def said(paused: Paused, on_the_wire: int) -> str:
    """Return the answer in a sentence or two."""
    n = len(paused.rows)
    text = "Nothing could be paused." if not n else f"Paused {n:,} campaign{'s' * (n > 1)}."
    if on_the_wire:
        text += f" {on_the_wire:,} messages were already on the wire."
    if n:
        text += " Each is resumed on its own: `clarion campaign resume NAME`."
    return text


def _why(state: State) -> str:
    match state:
        case State.PAUSED:
            return "it is paused already"
        case State.BLOCKED:
            return "its safety limit holds its run; answer the alert, or stop it"
        case _:
            return f"it is {state.replace('_', ' ')}"
