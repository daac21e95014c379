"""The waves of a run in its users' time zones: which one is next, and who of an audience is in it.

A wave is known by the instant at which it is due; `run.wave_ms` is that of the latest one that was
drawn whole. The zones are those that users are in or were, read anew for each question: who comes
into another one while the run goes on makes a wave of it. The last turn has everyone who is left,
so whoever qualifies then and had nothing of the run, because they came too late or travelled past
their wave, is told why.
"""

import sqlite3
from collections.abc import Collection, Sequence

from msgspec import Struct

from domain import schedule, zones
from domain.campaign import When
from domain.personal import UserZone, first_ms
from domain.waves import closes_ms, waves
from store.rows import among
from store.runs import Run

NOWHERE = ""
"""Stands for the zone of users who have none that we know, where the account's does not count."""


class Turn(Struct, frozen=True):
    """A wave of a run: who is in these zones, at this instant; the `last` one has everyone.

    The first has everyone besides whom no wave reaches, so that they are told why at once.
    """

    due_ms: int
    zones: frozenset[str]
    last: bool = False


def following(
    conn: sqlite3.Connection,
    run: Run,
    when: When,
    *,
    begins_ms: int,
    account_zone: str,
    next_ms: int | None = None,
) -> Turn | None:
    """Return the wave after the latest that was drawn; None: all were.

    `next_ms`: when the next run of the campaign falls due. If that is before the last wall shows
    the slot of this one, it waits for no zones that are new: the next run reaches who is there.
    """
    personal = when.personal
    assert isinstance(personal, UserZone), "a run in waves is one in its users' zones"
    found = {zone for (zone,) in conn.execute("SELECT name FROM zone")}
    known = frozenset({zone for zone in found if zones.is_known(zone)} | {account_zone})
    wall = schedule.wall_of(run.run)
    every, left_out = waves(wall, known, begins_ms=begins_ms, past=personal.past)
    ahead = [wave for wave in every if wave.due_ms > run.wave_ms]
    others = frozenset[str]()
    if not run.wave_ms:
        others = frozenset((*left_out, *(found - known), NOWHERE))
    closes = closes_ms(wall, first_ms=first_ms(wall), begins_ms=begins_ms, past=personal.past)
    if next_ms is not None and next_ms < closes:
        closes = begins_ms
    closes = max(begins_ms, closes)
    if ahead:
        last = len(ahead) == 1 and ahead[0].due_ms >= closes
        return Turn(ahead[0].due_ms, frozenset(ahead[0].zones) | others, last)
    if not run.wave_ms:
        return Turn(begins_ms, others, last=closes == begins_ms)
    return Turn(closes, frozenset(), last=True) if run.wave_ms < closes else None


def members(
    conn: sqlite3.Connection, run: Run, turn: Turn, chosen: Sequence[str], *, unknown_zone: str
) -> list[str]:
    """Return who of the chosen is in the wave and had nothing of the run yet, in their order.

    `unknown_zone`: where users count whose zone nobody knows. All ids of a person are one.
    """
    here = {
        user
        for user, zone in among(conn, "SELECT user, zone FROM user WHERE user IN ({keys})", chosen)
        if turn.last or (zone or unknown_zone) in turn.zones
    }
    found = [user for user in chosen if user in here]
    if not run.wave_ms:
        return found
    had = _had(conn, run, found)
    return [user for user in found if user not in had]


def _had(conn: sqlite3.Connection, run: Run, users: Collection[str]) -> set[str]:
    """Return those of whom the run has a message or a decision, under any of their ids."""
    old = dict(among(conn, "SELECT old, user FROM identity WHERE user IN ({keys})", users))
    ids = [*users, *old]
    key = (run.campaign, run.run)
    sent = "SELECT user FROM outbox WHERE user IN ({keys}) AND campaign = ? AND run = ?"
    decided = "SELECT user FROM decision WHERE user IN ({keys}) AND campaign = ? AND run = ?"
    rows = [*among(conn, sent, ids, *key), *among(conn, decided, ids, *key)]
    return {old.get(user, user) for (user,) in rows}
