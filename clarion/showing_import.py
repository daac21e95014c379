"""Showing how an import ended: what is in, what was left out, and how its columns were read."""

from collections.abc import Sequence

from rich.text import Text

from actors.file_import import Imported
from actors.mail_files import FileStands
from bot.words import count_of
from clarion.printing import print_problems, say
from clarion.prose import err, out, safe, tell
from clarion.showing import moment
from domain.problem import Problem
from domain.profile import meant


def print_imported(done: Imported, first: Sequence[Problem], zone: str) -> None:
    """Print it; `first` are the first of the problems that the file beside has."""
    if done.columns:
        read = ", ".join(f"{column.key} {column.kind}" for column in done.columns)
        tell(out(), Text(f"Columns: {safe(read)}", "dim"))
        for key in (column.key for column in done.columns if done.what == "profiles"):
            if name := meant(key):
                note = f"“{key}” is a trait like any other; what audiences read is “{name}”."
                say(f"{note} Rename the column if it is that.", "yellow")
    if first:
        print_problems(first, done.file)
        err().print()
        more = done.problems - len(first)
        rest = f" {more:,} more problems stand there too." if more else ""
        said = f"{_of_rows(done)} All problems stand in {done.problems_file}.{rest}"
        tell(err(), Text(safe(said)))
    if done.stands is None:
        say(f"{done.file}: {_rows(done.rows_good)} can be imported.")
        if done.rows_recent:
            are = "is" if done.rows_recent == 1 else "are"
            new = "less than 2 hours old: running live campaigns act on that"
            say(f"{_rows(done.rows_recent)} {are} {new}.", "yellow")
    elif done.what == "list":
        _print_list(done.stands)
    else:
        _print_counts(done, done.stands, zone)


def _of_rows(done: Imported) -> str:
    kinds = ((done.rows_bad, "left out."), (done.rows_partly, "taken without such values."))
    return " ".join(f"{_rows(n)} {'was' if n == 1 else 'were'} {how}" for n, how in kinds if n)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _duplicates(n: int) -> str:
    return "1 duplicate" if n == 1 else f"{n:,} duplicates"


def _print_counts(done: Imported, stands: FileStands, zone: str) -> None:
    counts = stands.counts
    erased = f", {counts.erased:,} of erased users (not kept)" if counts.erased else ""
    too_old = f", {counts.too_old:,} too old (not kept)" if counts.too_old else ""
    said = (
        f"{_rows(counts.rows)}: {counts.matched:,} of users who were known, {counts.unknown:,} of"
        f" users who are new, {_duplicates(counts.duplicates)}{erased}{too_old}."
    )
    if stands.done_ms is None:
        say(f"{done.file} is not whole: {said}", "yellow")
    elif done.already:
        when = moment(stands.done_ms, zone)
        say(f"{done.file} was imported already, {when}; nothing was done now. {said}")
        say("To import it once more: --again.")
    elif not counts.rows and not done.rows_bad:
        say(f"{done.file} has a header and no rows: there is nothing to import.", "yellow")
    else:
        say(f"{done.file} is in. {said}")


def _print_list(stands: FileStands) -> None:
    counts = stands.counts
    if stands.done_ms is None:
        say(f"“{stands.name}” stays as it was: the file is not whole.", "yellow")
        return
    say(
        f"“{stands.name}” has {count_of(counts.matched, 'member')} now (version {stands.version});"
        f" {counts.unknown:,} not known to be users, {_duplicates(counts.duplicates)}."
    )
