"""What befalls the folder of data: rows that go bad, copies that people make and put back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from actors.mail import BackedUp, BackUp
from store import backup, migrations
from tests.simulation.history import Rotten
from tests.simulation.people import Home
from tests.simulation.plan import Rot
from tests.simulation.world import World

NO_ZONE = "Canary/One"
NO_JSON = b"{"


class Mishaps:
    """The world's hand on the files. `latest` is the last copy that was finished, if any."""

    def __init__(self, world: World, home: Home, root: Path) -> None:
        self._world = world
        self._home = home
        self._root = root
        self._copies = 0
        self.latest: Path | None = None

    async def rot(self, rot: Rot) -> None:
        """Let a row go bad under the daemon's hands; one that was erased meanwhile is not there."""
        wall_ms = self._world.wall_ms()
        daemon = await self._home()
        there = await daemon.visit(lambda doors: doors.engine.store.write(_spoil(rot, wall_ms)))
        if there is None or there:  # a daemon that dies meanwhile may have committed it
            sure = there is not None
            self._world.record(Rotten(self._world.now_ms(), rot.what, rot.user, rot.name, sure))

    async def back_up(self) -> None:
        """Ask for a copy, once; where the daemon dies meanwhile there is none."""
        self._copies += 1
        target = self._root / f"backup-{self._copies}"
        daemon = await self._home()
        request = BackUp(path=str(target))
        answer = await daemon.visit(lambda doors: doors.engine.desk.ask(request))
        if isinstance(answer, BackedUp):
            self.latest = target


def put_back(file: Path, folder: Path, *, now_ms: int) -> None:
    """Restore a copy into the folder of a dead daemon, as the command line does."""
    backup.restore(file, folder, schema_known=len(migrations.load()), now_ms=now_ms)


def _spoil(rot: Rot, wall_ms: int) -> Callable[[sqlite3.Connection], bool]:
    def event(conn: sqlite3.Connection) -> bool:
        if conn.execute("SELECT 1 FROM user WHERE user = ?", (rot.user,)).fetchone() is None:
            return False
        last = conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()[0]
        conn.execute(
            "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
            " VALUES ('event', ?, ?, ?, ?, ?, ?)",
            (f"bad-{last + 1}", rot.user, rot.name, wall_ms, wall_ms, NO_JSON),
        )
        return True

    def profile(conn: sqlite3.Connection) -> bool:
        column, value = ("zone", NO_ZONE) if rot.what == "zone" else ("traits", NO_JSON)
        done = conn.execute(f"UPDATE user SET {column} = ? WHERE user = ?", (value, rot.user))
        return done.rowcount > 0

    return event if rot.what == "event" else profile
