"""Showing how the audience's copy stands, and how far a new one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from actors.mail_copy import CopyStatus
from clarion.printing import say
from clarion.prose import err

MEGABYTE = 1_048_576


class Shower(Protocol):
    """Shows how far it is."""

    def __call__(self, status: CopyStatus) -> None:
        """Show it."""
        ...


def print_copy(status: CopyStatus) -> None:
    """Print how the copy stands."""
    behind = status.last_seq - status.watermark
    lag = "everything of it" if behind <= 0 else f"all but the last {behind:,} places of it"
    say(f"The copy holds {lag}: the log is {status.last_seq:,} places long.")
    say(f"It takes {status.bytes / MEGABYTE:,.1f} MB of disk.")
    if status.making == "failed":
        say(f"It was not made anew: {status.why}.", "bold red")
    elif status.making:
        say(f"It is being made anew: {status.made:,} of {status.to_make:,} places are done.")


@contextmanager
def progress() -> Iterator[Shower]:
    """Show a bar on standard error while the body runs, if a person is looking."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = err()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Copying the log", total=None)

        def show(status: CopyStatus) -> None:
            bar.update(task, completed=status.made, total=status.to_make or None)

        yield show
