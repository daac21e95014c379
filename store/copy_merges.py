"""Merges in the audience's copy: what belonged to an old id belongs to the person from then on.

The log has the events under the person's id already, so a copy that is made anew finds nothing to
move; one that holds them under the old id moves them here.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import duckdb
import msgspec

from store.copy_layout import FORGET
from store.numbers import Numbers

_MOVE = "UPDATE events SET no = merged.no FROM merged WHERE events.no = merged.old"


class LogRow(Protocol):
    """What is asked of a row of the log."""

    @property
    def kind(self) -> str:
        """Whether it is a `merge`."""

    @property
    def user(self) -> str:
        """The person whose the old id is."""

    @property
    def body(self) -> bytes:
        """A JSON object with the old id: `from`."""


def apply(connection: duckdb.DuckDBPyConnection, rows: Iterable[LogRow], numbers: Numbers) -> None:
    """Follow the merges among these rows, in the caller's transaction."""
    merged = owners(rows)
    if not merged:
        return
    no = numbers.of({*merged, *merged.values()})
    connection.execute("CREATE OR REPLACE TEMP TABLE merged (old INTEGER, no INTEGER)")
    with connection.appender("merged") as appender:
        appender.append_rows([(no[old], no[user]) for old, user in merged.items()])
    connection.execute(_MOVE)
    connection.execute("DELETE FROM changed")
    connection.execute("INSERT INTO changed SELECT old FROM merged")
    for delete in FORGET:
        connection.execute(delete)


def owners(rows: Iterable[LogRow]) -> dict[str, str]:
    """Return whose each old id is, at the end of these rows: chains lead to their end."""
    found: dict[str, str] = {}
    ids: dict[str, list[str]] = {}  # of each owner: a page may be merges and nothing else
    for old, user in _merges(rows):
        moved = [each for each in ids.pop(old, ()) if found[each] == old]
        found |= dict.fromkeys([*moved, old], user)
        ids.setdefault(user, []).extend([*moved, old])
    return found


def _merges(rows: Iterable[LogRow]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row.kind != "merge":
            continue
        body: dict[str, Any] = msgspec.json.decode(row.body)
        yield str(body["from"]), row.user
