"""Pausing everything at once, for the day when nobody knows yet what is wrong.

There is no resuming at once: what goes on again is decided campaign by campaign.
"""

import sqlite3

from msgspec import Struct

from actors.mail_trust import NotPaused, PauseAll
from actors.rules import Rules, at
from domain.review import PUBLISHED, Action, Forbidden, State
from store import acts, campaigns, unsettled
from store.campaigns import CampaignRow


class Paused(Struct, frozen=True):
    """Which campaigns are paused now by this act, and which go on as they are.

    `taken_back` messages, of campaigns that are over, had been sent again by a person and wait for
    one again; `in_flight` others of those campaigns are on their way.
    """

    rows: tuple[CampaignRow, ...]
    others: tuple[NotPaused, ...]
    taken_back: int = 0
    in_flight: int = 0


def pause_all(conn: sqlite3.Connection, request: PauseAll, rules: Rules) -> Paused:
    """Pause whatever can be paused, in one transaction; drafts are no matter.

    What is over sends nothing, but for messages that a person has sent again: they are taken back.
    """
    paused: list[CampaignRow] = []
    others: list[NotPaused] = []
    taken_back = in_flight = 0
    for row in campaigns.everyone(conn):
        if row.state is State.COMPLETED:
            back = unsettled.take_back(conn, row.id, now_ms=rules.now_ms)
            taken_back += back.waiting
            in_flight += back.in_flight
            if back.waiting:
                detail = f"all paused: {back.waiting} messages"
                _record(conn, request.by, row.id, detail, rules)
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
    return Paused(tuple(paused), tuple(others), taken_back, in_flight)


def _record(conn: sqlite3.Connection, by: str, campaign: str, detail: str, rules: Rules) -> None:
    acts.record(
        conn,
        who=by,
        action="take_back",
        campaign=campaign,
        detail=detail,
        key=rules.key,
        now_ms=rules.now_ms,
    )


def said(paused: Paused, on_the_wire: int) -> str:
    """Return the answer in a sentence or two."""
    n = len(paused.rows)
    text = "Nothing could be paused." if not n else f"Paused {n:,} campaign{'s' * (n > 1)}."
    if taken := paused.taken_back:
        text += f" {taken:,} messages that had been sent again wait for a person again."
    if on_the_wire:
        text += f" {on_the_wire:,} messages were already on the wire."
    if n:
        text += " Each goes on when somebody resumes it."
    return text


def _why(state: State) -> str:
    match state:
        case State.PAUSED:
            return "it is paused already"
        case State.BLOCKED:
            return "its safety limit holds its run; answer the alert, or stop it"
        case _:
            return f"it is {state.replace('_', ' ')}"
