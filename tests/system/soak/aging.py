"""Old events leave the real process's log under load and under kill -9, and the first ones stay.

Nobody has forty days: while the daemon is stopped, most of what came is made so much older in its
database, and the copy for audiences is removed, which is made anew. What may leave then is reckoned
here, from the database itself.
"""

import sqlite3
from contextlib import closing
from random import Random

import trio

from clarion.engine import COPY
from store.copy_file import files_of
from tests.system.soak import crowd, kills
from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.ground import Ground

KEEP_DAYS = 30
OLDER_MS = 40 * 24 * 3_600_000
LOADED_SECONDS = 4.0
LEAVES_SECONDS_MAX = 60.0
_EVENTS = "SELECT seq, source_id, user, name, time_ms FROM log WHERE kind = 'event' ORDER BY seq"


async def old_events_leave(ground: Ground, chance: Random, *, times: int) -> str:
    """Make events old, let them leave while the daemon dies so often, and look what is left."""
    await ground.live(crowd.STEADY)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        await trio.sleep(LOADED_SECONDS)
        nursery.cancel_scope.cancel()
    await ground.rest("before events are old")
    may_leave, stay = _made_old(ground)
    ground.acknowledged -= may_leave
    config = ground.stage.config
    text = config.read_text()
    assert text.count("[data]\n") == 1, "the stage writes it"
    config.write_text(text.replace("[data]\n", f"[data]\nkeep_events_days = {KEEP_DAYS}\n"))
    await ground.start()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        await kills.at_random(ground, chance, kills=times)
        await _left(ground, may_leave)
        nursery.cancel_scope.cancel()
    await ground.rest("after old events have left")
    kept = _ids(ground)
    if late := sorted(may_leave & kept):
        ground.found.append(f"{len(late)} old events are still there: {', '.join(late[:3])}.")
    if lost := sorted(stay - kept):
        ground.found.append(f"{len(lost)} first events are gone: {', '.join(lost[:3])}.")
    return f"{len(may_leave)} old events left, {len(stay)} first ones stayed, {times} kills"


def _made_old(ground: Ground) -> tuple[set[str], set[str]]:
    """Make all events but the latest older; return those that may leave, and those that stay."""
    database = ground.stage.data / "clarion.db"
    with closing(sqlite3.connect(database)) as conn, conn:
        rows = conn.execute(_EVENTS).fetchall()
        old = rows[: len(rows) * 3 // 4]
        conn.execute(  # with the profiles before them: the log is in the order in which all came
            "UPDATE log SET time_ms = time_ms - ?1, received_ms = received_ms - ?1 WHERE seq <= ?2",
            (OLDER_MS, old[-1][0]),
        )
    for file in files_of(ground.stage.data / COPY):
        file.unlink(missing_ok=True)
    came: dict[tuple[str, str], str] = {}
    did: dict[tuple[str, str], tuple[int, int, str]] = {}
    for seq, source_id, user, name, time_ms in old:
        came.setdefault((user, name), source_id)
        first = (time_ms, seq, source_id)
        did[user, name] = min(first, did.get((user, name), first))
    stay = {*came.values(), *(source_id for _, _, source_id in did.values())}
    return {source_id for _, source_id, *_ in old} - stay, stay


async def _left(ground: Ground, may_leave: set[str]) -> None:
    """Wait until they have left, or long enough."""
    with trio.move_on_after(LEAVES_SECONDS_MAX):
        while may_leave & _ids(ground):
            await trio.sleep(POLL_SECONDS)


def _ids(ground: Ground) -> set[str]:
    with closing(sqlite3.connect(ground.stage.data / "clarion.db", timeout=30)) as conn:
        return {source_id for _, source_id, *_ in conn.execute(_EVENTS)}
