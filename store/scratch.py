"""A scratch database for a rehearsal: what a draft would need of the real one, and nothing more.

The real database is opened read-only, by its own process, for as long as the copying takes. Events
before the stretch are put into the log at once; those within it are set apart, in their order, for
whoever plays them. Profiles, lists and erasures are those of now.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from domain.facts import User
from domain.timely import AHEAD_MS_MAX, LATE_MS_MAX
from store import campaigns, migrations, others, sent_elsewhere
from store import users as profiles
from store.database import DATABASE_NAME
from store.log import Incoming
from store.others import Wanted
from store.upgrade import CREATE_META, upgrade

EVENTS_MAX = 2_000_000
USERS_MAX = 2_000_000
REPLAY_NAME = "replay.db"
PAGE = 1_000
_TABLES = (
    "identity",
    "list",
    "list_version",
    "list_member",
    "saved_audience",
    "saved_audience_version",
    "suppressed_hash",
)
"""Copied as they are."""
_OF_USERS = ("user", "push_token")
"""Copied for the users who matter."""
_MOMENT = (
    f"CASE WHEN received_ms - time_ms BETWEEN -{AHEAD_MS_MAX} AND {LATE_MS_MAX}"
    " THEN received_ms ELSE time_ms END"
)
"""When an event is played: as it came in, or, if that was at the wrong time, when it happened."""


class TooMuch(Struct, frozen=True):
    """There is more than a rehearsal plays: so many `what`, and at most so many are possible."""

    what: str
    n: int
    most: int


class Copied(Struct, frozen=True):
    """What was copied: `before` events of the past, `within` to be played, `moved` among them.

    `moved` came in late (an import, an offline phone), and are played when they happened. `others`
    are messages of other campaigns that limits on one user count, `elsewhere` all that they sent in
    the stretch. `never` are users whom it can never be for.
    """

    users: int
    before: int
    within: int
    moved: int
    moments: int
    others: int = 0
    elsewhere: int = 0
    never: int = 0


def make(
    folder: Path,
    source: Path,
    *,
    names: Collection[str],
    triggers: Collection[str],
    since_ms: int,
    until_ms: int,
    wanted: Wanted | None = None,
    but_of: str = "",
    may_fit: Callable[[User], bool] | None = None,
) -> Copied | TooMuch:
    """Make the scratch database in `folder`, which is empty; `source` is the real one's file.

    `names` are the events that the draft mentions. `triggers`: only users who did one of these
    matter; none: every user does, and profiles go into the log, for the audience's copy. `wanted`
    are messages of other campaigns, if limits on one user are to count them. `but_of` is the
    draft's own id: what all others sent takes of the pace and of the throttle. `may_fit`: whom
    it may be for at all; what the others did does not matter.
    """
    path = folder / DATABASE_NAME
    conn = sqlite3.connect(f"file:{path}", uri=True, isolation_level=None)
    try:
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(CREATE_META)
        upgrade(conn, path, migrations.load())
        conn.execute("ATTACH ? AS real", (f"file:{source}?mode=ro",))
        conn.execute("ATTACH ? AS replay", (str(folder / REPLAY_NAME),))
        conn.execute("PRAGMA replay.synchronous = OFF")
        conn.execute("BEGIN")
        answer = _copy(conn, tuple(names), tuple(triggers), since_ms, until_ms, may_fit)
        if wanted is not None and isinstance(answer, Copied):
            n = others.copy(conn, wanted, since_ms=since_ms, until_ms=until_ms)
            answer = structs.replace(answer, others=n)
            if n > others.MESSAGES_MAX:
                answer = TooMuch("messages of other campaigns", n, others.MESSAGES_MAX)
        if isinstance(answer, Copied):
            n = sent_elsewhere.copy(conn, but_of=but_of, since_ms=since_ms, until_ms=until_ms)
            answer = structs.replace(answer, elsewhere=n)
        conn.execute("COMMIT")
        return answer
    finally:
        conn.close()


def _copy(
    conn: sqlite3.Connection,
    names: Sequence[str],
    triggers: Sequence[str],
    since_ms: int,
    until_ms: int,
    may_fit: Callable[[User], bool] | None,
) -> Copied | TooMuch:
    conn.execute(
        "INSERT INTO meta SELECT key, value FROM real.meta WHERE key IN ('install_key', ?)",
        (campaigns.COUNTER,),
    )
    conn.execute("CREATE TEMP TABLE wanted (name TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.executemany("INSERT INTO wanted VALUES (?)", [(name,) for name in sorted(set(names))])
    conn.execute('CREATE TEMP TABLE who ("user" TEXT PRIMARY KEY) WITHOUT ROWID')
    marks = ", ".join("?" * len(triggers))
    if triggers:
        conn.execute(
            'INSERT INTO who SELECT DISTINCT "user" FROM real.log INDEXED BY log_of_name'
            f" WHERE kind = 'event' AND name IN ({marks}) AND {_MOMENT} BETWEEN ? AND ?",
            (*triggers, since_ms, until_ms),
        )
    else:
        conn.execute('INSERT INTO who SELECT "user" FROM real.user')
    (users,) = conn.execute("SELECT count(*) FROM who").fetchone()
    if users > USERS_MAX:
        return TooMuch("users", users, USERS_MAX)
    for table in _OF_USERS:
        _copy_rows(conn, table, 'WHERE "user" IN who')
    never = 0 if may_fit is None else _leave_out(conn, may_fit)
    of_them = (
        "FROM wanted CROSS JOIN real.log INDEXED BY log_of_name ON log.name = wanted.name"
        f" AND kind = 'event' WHERE \"user\" IN who AND {_MOMENT} <= {until_ms:d}"
    )
    (events,) = conn.execute(f"SELECT count(*) {of_them}").fetchone()
    if events > EVENTS_MAX:
        return TooMuch("events", events, EVENTS_MAX)
    for table in _TABLES:
        _copy_rows(conn, table, "")
    if not triggers:
        conn.execute(
            "INSERT INTO log (kind, source_id, user, time_ms, received_ms, body)"
            " SELECT 'profile', 'rehearsal:' || \"user\", \"user\", ?1, ?1, traits FROM real.user"
            ' WHERE "user" IN who ORDER BY "user"',
            (since_ms,),
        )
    columns = 'source_id, "user", log.name, time_ms, received_ms, body'
    before = conn.execute(
        "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
        f" SELECT 'event', {columns} {of_them} AND {_MOMENT} < {since_ms:d} ORDER BY seq"
    ).rowcount
    conn.execute(
        'CREATE TABLE replay.event (place INTEGER PRIMARY KEY, moment INTEGER, source_id, "user",'
        " name, time_ms INTEGER, body)"
    )
    within = conn.execute(
        'INSERT INTO replay.event (moment, source_id, "user", name, time_ms, body)'
        f' SELECT {_MOMENT} AS moment, source_id, "user", log.name, time_ms, body'
        f" {of_them} AND {_MOMENT} >= {since_ms:d} ORDER BY moment, seq"
    ).rowcount
    (moved, moments) = conn.execute(
        "SELECT (SELECT count(*) FROM replay.event JOIN real.log USING (source_id)"
        " WHERE moment <> received_ms), (SELECT count(DISTINCT moment) FROM replay.event)"
    ).fetchone()
    return Copied(users - never, before, within, moved, moments, never=never)


def _leave_out(conn: sqlite3.Connection, may_fit: Callable[[User], bool]) -> int:
    """Take out whom the draft can never be for, by their profiles; return how many.

    Whose profile is not there, or cannot be read, stays: the engine says what becomes of them.
    """
    after, never = "", 0
    while names := [
        name
        for (name,) in conn.execute(
            'SELECT "user" FROM who WHERE "user" > ? ORDER BY "user" LIMIT ?', (after, PAGE)
        ).fetchall()
    ]:
        after = names[-1]
        known = profiles.get_readable(conn, names)
        out = [(name,) for name, user in known.items() if not _may(may_fit, user)]
        for table in ("who", *_OF_USERS):
            conn.executemany(f'DELETE FROM {table} WHERE "user" = ?', out)
        never += len(out)
    return never


def _may(may_fit: Callable[[User], bool], user: User) -> bool:
    try:
        return may_fit(user)
    except Exception:  # noqa: BLE001 - a profile that breaks a condition is set aside when played
        return True


def _copy_rows(conn: sqlite3.Connection, table: str, rest: str) -> None:
    columns = ", ".join(
        f'"{row[1]}"' for row in conn.execute(f"PRAGMA real.table_info({table})").fetchall()
    )
    if columns:
        conn.execute(
            f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM real.{table} {rest}"
        )


def played(folder: Path, *, grain_ms: int) -> Iterator[tuple[int, list[Incoming]]]:
    """Yield (moment, records): what comes in together, by grains of so many milliseconds.

    The moment is that of the last of them: nothing comes before it happened.
    """
    conn = sqlite3.connect(f"file:{folder / REPLAY_NAME}?mode=ro", uri=True)
    try:
        rows = conn.execute(
            'SELECT moment, source_id, "user", name, time_ms, body FROM event ORDER BY place'
        )
        group: list[Incoming] = []
        last = 0
        while page := rows.fetchmany(PAGE):
            for moment, source_id, user, name, time_ms, body in page:
                if group and moment // grain_ms != last // grain_ms:
                    yield last, group
                    group = []
                last = moment
                group.append(Incoming("event", source_id, user, name, time_ms, body))
        if group:
            yield last, group
    finally:
        conn.close()
