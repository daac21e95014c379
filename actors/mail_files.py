"""Files of profiles, events and lists on their way in, a piece at a time: part of the mail.

The command line reads the file; the daemon keeps each piece and how far it came in one
transaction, so that whoever begins the same file again goes on where it stopped.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from actors.mail_beside import Beside
from store.imports import Counts
from store.lists import Entry
from store.log import Incoming

What: TypeAlias = Literal["profiles", "events", "list"]


class OfFile(Beside, frozen=True):
    """What each of these requests is about: the file by its `source`, which is its digest."""

    what: What
    source: str


class BeginFile(OfFile, frozen=True, tag=True):
    """Begin a file, or go on with it. `name` is a list's; `again`: also if it is in already."""

    by: str
    name: str = ""
    again: bool = False


class TakeRecords(OfFile, frozen=True, tag=True):
    """Keep the next records of a file; `at` is how many came before them."""

    at: int
    records: tuple[Incoming, ...]


class TakeEntries(OfFile, frozen=True, tag=True):
    """Keep the next entries of a list's new version; `at` is how many came before them."""

    name: str
    version: int
    list_id: int
    at: int
    entries: tuple[Entry, ...]


class EndFile(OfFile, frozen=True, tag=True):
    """The file is at its end. A list's new version counts from now on."""

    by: str
    name: str = ""
    version: int = 0
    list_id: int = 0


AboutFile: TypeAlias = BeginFile | TakeRecords | TakeEntries | EndFile


class FileStands(Struct, frozen=True, tag=True):
    """How far the file has come. `source` is its name from now on; `done_ms`: it is in, whole.

    `begun_ms`: when it was begun first; its rows are judged as of then, however often it is begun,
    because how far it came is counted in rows that were good. `wait_seconds`: nothing was kept this
    time, because the daemon has too much to do.
    """

    source: str
    counts: Counts
    done_ms: int | None = None
    name: str = ""
    version: int = 0
    list_id: int = 0
    wait_seconds: int = 0
    begun_ms: int = 0


class BackedUp(Struct, frozen=True, tag=True):
    """The backup is there, whole and looked at."""

    path: str
    bytes: int
    took_ms: int
