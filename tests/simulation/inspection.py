"""The end of a life: what the product shows of it, and what may have slipped out."""

import sqlite3
from typing import TypeAlias

from store.projection import Projection
from tests.simulation import door
from tests.simulation.daemon import INSTALL_KEY, Doors
from tests.simulation.history import Controlled, Ended, Kept, Rest, Tested, Watched
from tests.simulation.people import Home, People
from tests.simulation.senders import Senders
from tests.simulation.world import World

_ENDED = (
    "SELECT message_id, user, campaign.name, outbox.state, outbox.reason, expires_ms, run"
    " FROM outbox JOIN campaign ON campaign.id = outbox.campaign ORDER BY message_id"
)
_WATCHED = (
    "SELECT campaign.name, user, run, occurrence, at_ms FROM decision"
    " JOIN campaign ON campaign.id = decision.campaign WHERE bucket = 'control'"
    " AND campaign IN (SELECT campaign FROM goal) ORDER BY at_ms, campaign.name, user, occurrence"
)
_TESTED = (
    "SELECT campaign.name, run, decide_ms, coalesce(decided_ms, 0), winner,"
    " finding IS NOT NULL, cut FROM variant_test"
    " JOIN campaign ON campaign.id = variant_test.campaign ORDER BY campaign.name, run"
)
_CONTROLLED = (
    "SELECT campaign.name, user, decision.reason FROM decision"
    " JOIN campaign ON campaign.id = decision.campaign WHERE bucket = 'control'"
    " ORDER BY campaign.name, user, decision.reason"
)
_AUDIT = "SELECT who, action, campaign, detail FROM audit ORDER BY id"
_Rows: TypeAlias = tuple[
    list[tuple[str, str, str, str, str, int, str]],
    list[tuple[str, str, str, str, int]],
    list[tuple[str, str, int, int, str, bool, bool]],
    list[tuple[str, str, str]],
    list[tuple[str, ...]],
]


async def inspect(
    world: World, home: Home, people: People, senders: Senders, *, healed_ms: int
) -> None:
    """Write down how all stands when it has come to rest, and read what others may read."""
    daemon = await home()
    rows = await daemon.visit(lambda doors: doors.engine.store.read(_rows))
    world.record(Rest(world.now_ms(), healed_ms))
    await people.look()
    await people.look_aside()
    await people.look_at_goals()
    await people.look_at_runs()
    ended, watched, tested, controlled, audit = rows or ([], [], [], [], [])
    for row in ended:
        world.record(Ended(world.now_ms(), *row))
    for control in watched:
        world.record(Watched(world.now_ms(), *control))
    for test in tested:
        world.record(Tested(world.now_ms(), *test))
    house = world.plan.house
    for of_group in controlled if house.system or house.groups else ():
        world.record(Controlled(world.now_ms(), *of_group))
    kept = await daemon.visit(_kept) if house.keep_days else None
    if kept is not None:
        world.record(Kept(world.now_ms(), *kept))
    for said in audit:
        world.left("audit", " ".join(said))
    if world.plan.users:
        await senders.blunder(world.plan.users[0].user)
    health = await (await home()).visit(lambda doors: door.health(doors.ingest.app))
    if health is not None:
        world.left("health", health.body)


def secrets() -> tuple[str, ...]:
    """Return what of the installation's own must never be seen, besides what says `canary`."""
    return (INSTALL_KEY.hex(), INSTALL_KEY.decode())


def _rows(conn: sqlite3.Connection) -> _Rows:
    asked = (_ENDED, _WATCHED, _TESTED, _CONTROLLED, _AUDIT)
    ended, watched, tested, controlled, audit = (conn.execute(sql).fetchall() for sql in asked)
    return ended, watched, tested, controlled, audit


async def _kept(doors: Doors) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Return the ids of the events in the log and in the copy, and how many only that has."""
    copied = await doors.engine.projector._keeper.ask(_copied)
    rows = await doors.engine.store.read(
        lambda conn: conn.execute(
            "SELECT seq, source_id FROM log WHERE kind = 'event' ORDER BY source_id"
        ).fetchall()
    )
    ids = dict(rows)
    known = sorted(ids[seq] for seq in copied if seq in ids)
    return tuple(ids.values()), tuple(known), len(copied) - len(known)


def _copied(copy: Projection) -> list[int]:
    with copy.asking("SELECT seq FROM events", ()) as found:
        return [seq for (seq,) in found.fetchall()]
