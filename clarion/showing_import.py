"""Showing how an import ended: what is in, what was left out, and how its columns were read."""

from collections.abc import Sequence

from rich.text import Text

from actors.mail_files import FileStands
from bot.words import count_of
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
    for hint in done.hints:
        tell(out(), Text(safe(hint)), lead=Text("! ", "bold yellow"))
    if first:
        print_problems(first, done.file)
        err().print()
        more = done.problems - len(first)
        rest = f" {more:,} more problems stand there too." if more else ""
        said = f"{_left_out(done)} All problems stand in {done.problems_file}.{rest}"
        tell(err(), Text(safe(said)))
    if done.stands is None:
        say(f"{done.file}: {count_of(done.rows_good, 'row')} can be imported.")
        _print_recent(done)
    elif done.what == "list":
        _print_list(done.stands)
    else:
        _print_counts(done, done.stands, zone)


def _left_out(done: Imported) -> str:
    """Say what is not in: whole rows, and values over a limit of rows that are."""
    said = []
    if done.rows_bad or not done.rows_trimmed:
        rows = "1 row was" if done.rows_bad == 1 else f"{done.rows_bad:,} rows were"
        said.append(f"{rows} left out.")
    if done.rows_trimmed:
        rows = count_of(done.rows_trimmed, "row")
        said.append(f"Of {rows} only what is over a limit is left out; the rest is kept.")
    return " ".join(said)


def _print_recent(done: Imported) -> None:
    """Warn of what an import would set off."""
    if done.rows_recent:
        rows = count_of(done.rows_recent, "row")
        said = f"{rows} of it happened less than two hours ago: such events trigger live campaigns."
        say(said, "yellow")


def _print_counts(done: Imported, stands: FileStands, zone: str) -> None:
    counts = stands.counts
    erased = f", {counts.erased:,} of erased users (not kept)" if counts.erased else ""
    said = (
        f"{count_of(counts.rows, 'row')}: {counts.matched:,} of users who were known,"
        f" {counts.unknown:,} of users who are new,"
        f" {count_of(counts.duplicates, 'duplicate')}{erased}."
    )
    if stands.done_ms is None:
        say(f"{done.file} is not whole: {said}", "yellow")
    elif done.already:
        when = moment(stands.done_ms, zone)
        say(f"{done.file} was imported already, {when}; nothing was added now. {said}")
        say("To import it once more: --again.")
    elif done.rows_good or done.rows_bad:
        say(f"{done.file} is in. {said}")
    else:
        say(f"{done.file} has a header and no rows: there is nothing to import.", "yellow")


def _print_list(stands: FileStands) -> None:
    counts = stands.counts
    if stands.done_ms is None:
        say(f"“{stands.name}” stays as it was: the file is not whole.", "yellow")
        return
    say(
        f"“{stands.name}” has {counts.matched:,} members now (version {stands.version});"
        f" {counts.unknown:,} of its {count_of(counts.rows, 'row')} are of users who are not known,"
        f" {counts.duplicates:,} are duplicates."
    )
