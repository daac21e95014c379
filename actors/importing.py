"""Files on their way in: each piece is kept in one transaction with how far the file came.

Nothing of a file waits in memory: who sends pieces hears when each is on disk, and is told to wait
while the daemon has too much to do, before any sender of events is turned away for it.
"""

import sqlite3
from functools import partial

from actors.context import Context
from actors.mail import Refused
from actors.mail_files import (
    AboutFile,
    BeginFile,
    EndFile,
    FileStands,
    TakeEntries,
    TakeRecords,
)
from actors.rules import Rules, person
from store import imports, lists, memberships
from store.fault_points import reach
from store.imports import RECORDS_PER_TAKE_MAX, Counts, Import, OutOfStep, Taken
from store.lists import ENTRIES_PER_APPEND_MAX, BadName, NothingMatched, Superseded, Upload

WAIT_SECONDS = 1
PRUNED_MAX = 5_000
"""So many members of versions that nothing needs any more are removed in one transaction."""
_TOO_MANY = Refused("A piece of a file has too many rows.", "Send smaller ones.")


class Importing:
    """Takes files in."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, request: AboutFile, rules: Rules) -> FileStands | Refused:
        """Begin, go on or end; at every moment the answer says what is on disk."""
        if isinstance(request, TakeRecords | TakeEntries):
            if not self._context.may_take():
                return FileStands(request.source, Counts(), wait_seconds=WAIT_SECONDS)
            if isinstance(request, TakeRecords):
                return await self._take(request, rules)
            return await self._take_entries(request)
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        if request.what == "list":
            if isinstance(request, BeginFile):
                return await self._begin_list(request, who, rules)
            return await self._publish(request, who, rules)
        write = self._context.store.write
        if isinstance(request, BeginFile):
            begin = partial(
                imports.begin, what=request.what, digest=request.source, again=request.again
            )
            return _stands(await write(partial(begin, by=who, now_ms=rules.now_ms)))
        end = partial(imports.end, what=request.what, source=request.source)
        return _stands(await write(partial(end, by=who, now_ms=rules.now_ms)))

    async def _take(self, request: TakeRecords, rules: Rules) -> FileStands | Refused:
        if len(request.records) > RECORDS_PER_TAKE_MAX or request.what == "list":
            return _TOO_MANY
        what = request.what

        def job(conn: sqlite3.Connection) -> Taken | OutOfStep:
            return imports.take(
                conn,
                what,
                request.source,
                request.records,
                at=request.at,
                now_ms=rules.now_ms,
                install_key=self._context.install_key,
                controls=self._context.controls,
            )

        taken = await self._context.store.write(job)
        if isinstance(taken, OutOfStep):
            return _overtaken(request.source)
        reach("import.kept")
        if taken.appended is not None:
            self._context.router.route(taken.appended.names, taken.appended.last_seq)
        return FileStands(request.source, taken.counts)

    async def _begin_list(self, request: BeginFile, who: str, rules: Rules) -> FileStands | Refused:
        opened = await self._context.store.write(
            partial(
                lists.begin, name=request.name, source=request.source, by=who, now_ms=rules.now_ms
            )
        )
        if isinstance(opened, BadName):
            return Refused(opened.what, opened.fix)
        return _list_stands(request.source, opened, Counts(rows=opened.rows))

    async def _take_entries(self, request: TakeEntries) -> FileStands | Refused:
        if len(request.entries) > ENTRIES_PER_APPEND_MAX:
            return _TOO_MANY
        upload = Upload(request.list_id, request.name, request.version, request.at)
        taken = await self._context.store.write(
            partial(lists.append, upload=upload, entries=request.entries, at=request.at)
        )
        if isinstance(taken, Superseded):
            return _overtaken(request.name)
        reach("import.entries_kept")
        return _list_stands(request.source, upload, _of_list(taken))

    async def _publish(self, request: EndFile, who: str, rules: Rules) -> FileStands | Refused:
        upload = Upload(request.list_id, request.name, request.version, 0)
        done = await self._context.store.write(
            partial(lists.publish, upload=upload, by=who, now_ms=rules.now_ms)
        )
        match done:
            case Superseded():
                return _overtaken(request.name)
            case NothingMatched(name=name, counts=found):
                return Refused(
                    what="Nobody of the file is a user that is known"
                    f" ({found.rows:,} {'row' if found.rows == 1 else 'rows'}).",
                    fix=f"“{name}” stays as it was. Look whether the ids are those of the events.",
                )
            case _:
                await self._prune()
                counts = _of_list(done.counts)
                return _list_stands(request.source, upload, counts, done_ms=rules.now_ms)

    async def _prune(self) -> None:
        """Remove members that nothing needs any more, of this list and of all others.

        It is done whenever a version is replaced: so a list is never kept more often than there
        are versions in use, and one replaced or given up since.
        """
        while await self._context.store.write(partial(memberships.prune, limit=PRUNED_MAX)):
            pass


def _overtaken(name: str) -> Refused:
    return Refused(
        what=f"Somebody else has begun an import of “{name[:40]}” since, or ended it.",
        fix="See with them what is meant, then begin yours again.",
    )


def _stands(held: Import) -> FileStands:
    return FileStands(held.source, held.counts, held.done_ms, begun_ms=held.begun_ms)


def _list_stands(
    source: str, upload: Upload, counts: Counts, *, done_ms: int | None = None
) -> FileStands:
    return FileStands(source, counts, done_ms, upload.name, upload.version, upload.list_id)


def _of_list(counts: lists.Counts) -> Counts:
    return Counts(counts.rows, counts.matched, counts.unknown, counts.duplicates)
