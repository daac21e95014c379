"""Writing the users of a saved audience to a file, with what their profiles say of them.

Who is in it, and most of what is said of them, comes out of the audience's copy, a page at a time
and all as of one moment. Then the copy is free again for others, and the rest comes out of
profiles, as they are by then. Who is erased before the file is in place is taken out of it.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from actors.context import Context, NextPage
from actors.mail import Answer, Refused
from actors.mail_audience import ExportAudience, Exported
from actors.rules import Rules
from domain.audience import Node
from domain.chance import Purpose, coefficients, salt
from domain.facts import User
from domain.saved import list_names
from domain.words import near, shown
from store import acts, catalogue, erased, memberships, users
from store.member_file import FileExists, MemberFile
from store.names import folded


async def export(
    context: Context, asked: ExportAudience, tree: Node, *, by: str, rules: Rules
) -> Answer:
    """Write down who asked, choose, and write the file. Raises CopyWaitsError.

    `tree` is the audience's, without the names of others.
    """
    began = context.clock.now_ms()
    path = Path(asked.path)
    if not path.is_absolute() or asked.sample < 0:
        return Refused(
            what="It needs an absolute path, and a number of users or 0.",
            fix="Name the file from the root folder on; 0 is for all users.",
        )
    if wrong := _unknown_traits(asked.profile, await context.selector.traits()):
        return wrong
    try:
        with MemberFile(path, asked.profile) as file:
            await context.store.write(partial(_record, asked=asked, by=by, rules=rules))
            then = await context.store.read(erased.latest)
            written = await context.selector.export(
                tree,
                profile=asked.profile,
                draw=coefficients(salt(Purpose.DRAW, "export", folded(asked.name))),
                now_ms=began,
                at_most=asked.sample or None,
                lists=await context.store.read(
                    lambda conn: memberships.required(conn, list_names(tree))
                ),
                write=partial(_write, context, file),
            )
            written -= await _complete(context, file, then)
            await context.hold.in_thread(file.finish)
    except FileExists:
        return Refused(what=f"{path} is there already.", fix="Name a new file.")
    except BlockingIOError:
        return Refused(what=f"{path} is being written already.", fix="Wait, or name a new file.")
    except OSError as error:
        return Refused(
            what=f"{path} cannot be written: {error.strerror}.",
            fix="Name a file in a folder that is there, with room, where the daemon may write.",
        )
    took = context.clock.now_ms() - began
    return Exported(path=str(path), users=written, took_ms=took)


async def _write(context: Context, file: MemberFile, next_page: NextPage) -> int:
    """Write every page; return how many users stand in them."""
    written = 0
    while (page := await next_page()) is not None:
        written += await context.hold.in_thread(partial(file.append, page))
    return written


async def _complete(context: Context, file: MemberFile, erased_then: tuple[int, int]) -> int:
    """Put in what only profiles tell, and take out who was erased since; return how many."""
    left_out, then = 0, erased_then
    while True:
        now = await context.store.read(erased.latest)
        if now == then and not file.unsure:
            return left_out
        then = now
        with file.again() as rows:
            while (told := await context.hold.in_thread(rows.next))[0]:
                profiles, gone = await context.store.read_long(partial(_look, told=told))
                left_out += await context.hold.in_thread(partial(rows.put, profiles, gone))


def _look(
    conn: sqlite3.Connection, told: tuple[Sequence[str], Sequence[str]]
) -> tuple[Mapping[str, User], Collection[str]]:
    """Read the profiles of those who are unsure, and who of all was erased."""
    everybody, unsure = told
    return users.get_readable(conn, unsure), erased.among(conn, everybody)


def _unknown_traits(asked: Sequence[str], known: Collection[str]) -> Refused | None:
    """Say which columns would be empty because nobody ever had such a property.

    Of more names than the copy remembers nobody can tell.
    """
    unknown = [name for name in dict.fromkeys(asked) if name not in known]
    if not unknown or len(known) >= catalogue.KEYS_PER_SCOPE_MAX:
        return None
    meant = " ".join(filter(None, (near(name, known) for name in unknown)))
    lists = "Nothing was written. At a terminal `clarion schema --profiles` lists every property."
    return Refused(
        what=f"No user has a property {' or '.join(map(shown, unknown))}.",
        fix=f"{meant} {lists}".strip(),
    )


def _record(conn: sqlite3.Connection, *, asked: ExportAudience, by: str, rules: Rules) -> None:
    acts.record(
        conn,
        who=by,
        action="export_audience",
        campaign="",
        detail=asked.name,
        key=rules.key,
        now_ms=rules.now_ms,
    )
