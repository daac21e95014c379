"""Showing how an import ended: what is in, what was left out, and how its columns were read."""

from collections.abc import Sequence

from rich.text import Text

from actors.mail_files import FileStands
from clarion.importing import Imported
from clarion.printing import print_problems, say
from clarion.prose import err, out, safe, tell
from clarion.showing import moment
from domain.problem import Problem


def print_imported(done: Imported, first: Sequence[Problem], zone: str) -> None:
    """Print it; `first` are the first of the problems that the file beside has."""
    if done.columns:
        read = ", ".join(f"{column.key} {column.kind}" for column in done.columns)
        tell(out(), Text(f"Columns: {safe(read)}", "dim"))
    if first:
        rows = "1 row was" if done.rows_bad == 1 else f"{done.rows_bad:,} rows were"
        print_problems(first, done.file)
        err().print()
        more = done.problems - len(first)
        rest = f" {more:,} more problems stand there too." if more else ""
        said = f"{rows} left out. All problems stand in {done.problems_file}.{rest}"
        tell(err(), Text(safe(said)))
    if done.stands is None:
        say(f"{done.file}: {done.rows_good:,} rows can be imported.")
    elif done.what == "list":
        _print_list(done.stands)
    else:
        _print_counts(done, done.stands, zone)


def _print_counts(done: Imported, stands: FileStands, zone: str) -> None:
    counts = stands.counts
    erased = f", {counts.erased:,} of erased users (not kept)" if counts.erased else ""
    said = (
        f"{counts.rows:,} rows: {counts.matched:,} of users who were known, {counts.unknown:,} of"
        f" users who are new, {counts.duplicates:,} duplicates{erased}."
    )
    if stands.done_ms is None:
        say(f"{done.file} is not whole: {said}", "yellow")
    elif done.rows_good or done.rows_bad:
        say(f"{done.file} is in. {said}")
    else:
        when = moment(stands.done_ms, zone)
        say(f"{done.file} was imported already, {when}. {said}")


def _print_list(stands: FileStands) -> None:
    counts = stands.counts
    if stands.done_ms is None:
        say(f"“{stands.name}” stays as it was: the file is not whole.", "yellow")
        return
    say(
        f"“{stands.name}” has {counts.matched:,} members now (version {stands.version});"
        f" {counts.unknown:,} rows are of users who are not known, {counts.duplicates:,} are"
        " duplicates."
    )
