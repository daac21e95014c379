"""The files of the audience's copy: measured, removed, or put in place."""

import shutil
from pathlib import Path

NEW_SUFFIX = ".new"


def new_of(path: Path) -> Path:
    """Return where the copy stands that is made to replace the one at `path`."""
    return path.with_name(path.name + NEW_SUFFIX)


def files_of(path: Path) -> tuple[Path, ...]:
    """Return every file that a copy at `path` may have: its own, and those of a new one."""
    return tuple(
        each.with_name(each.name + suffix)
        for each in (path, new_of(path))
        for suffix in ("", ".wal")
    )


def remove(path: Path) -> None:
    """Remove a copy that nobody has open, with everything that DuckDB keeps beside it."""
    path.unlink(missing_ok=True)
    _remove_beside(path)


def put_in_place(new: Path, path: Path) -> None:
    """Let the copy `new` take the place of another; both are closed.

    A crash leaves one or the other, whole.
    """
    _remove_beside(path)  # what it says is not about `new`
    new.replace(path)
    _remove_beside(new)


def size_bytes(path: Path) -> int:
    """Return how much room the copy takes, with what is not yet folded into it."""
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*") if file.is_file())


def _remove_beside(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}.wal*"):
        file.unlink(missing_ok=True)
    shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)
