"""The waves of a run in its users' time zones: which one is next, and who of an audience is in it.

A wave is known by the instant at which it is due; `run.wave_ms` is that of the latest one that was
drawn whole. The zones are those that users have, so there is no wave of nobody.
"""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from msgspec import Struct

from domain import schedule, slots, zones
from domain.campaign import When
from domain.personal import UserZone
from domain.waves import waves
from store.rows import among
from store.runs import Run

NOWHERE = ""
"""Stands for the zone of users who have none that we know, where the account's does not count."""


class Turn(Struct, frozen=True):
    """A wave of a run: who is in these zones, at this instant.

    The first has everyone besides whom no wave reaches, so that they are told why. `cutoff_ms`:
    nothing of the wave begins later.
    """

    due_ms: int
    zones: frozenset[str]
    cutoff_ms: int | None = None


def following(
    conn: sqlite3.Connection, run: Run, when: When, *, begins_ms: int, account_zone: str
) -> Turn | None:
    """Return the wave after the latest that was drawn; None: there is none."""
    personal = when.personal
    assert isinstance(personal, UserZone), "a run in waves is one in its users' zones"
    found = {zone for (zone,) in conn.execute("SELECT DISTINCT zone FROM user") if zone}
    known = {zone for zone in found if zones.is_known(zone)} | {account_zone}
    wall = schedule.wall_of(run.run)
    ahead, left_out = waves(wall, known, begins_ms=begins_ms, past=personal.past)
    others = frozenset[str]()
    if not run.wave_ms:
        others = frozenset((*left_out, *(found - known), NOWHERE))
    for wave in ahead:
        if wave.due_ms > run.wave_ms:
            cutoff_ms = min(_cutoff_ms(when, wall, wave.due_ms, zone) or 0 for zone in wave.zones)
            return Turn(wave.due_ms, frozenset(wave.zones) | others, cutoff_ms or None)
    return None if run.wave_ms else Turn(begins_ms, others)


def _cutoff_ms(when: When, wall: datetime, due_ms: int, zone: str) -> int | None:
    """Return the cut-off after a slot, or after that of the later day on which the zone is due."""
    if when.cutoff is None:
        return None
    while zones.resolve_local(wall.date(), wall.time(), zone) < due_ms:
        wall += timedelta(days=1)
    return slots.cutoff_ms(wall, time.fromisoformat(when.cutoff), zone)


def members(
    conn: sqlite3.Connection, run: Run, turn: Turn, chosen: Sequence[str], *, unknown_zone: str
) -> list[str]:
    """Return who of the chosen is in the wave and had nothing of the run yet, in their order.

    `unknown_zone`: where users count whose zone nobody knows. All ids of a person are one.
    """
    here = {
        user
        for user, zone in conn.execute("SELECT user, zone FROM user")
        if (zone or unknown_zone) in turn.zones
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
