"""Writing the audience's copy anew: DuckDB keeps the bytes of deleted rows in its file.

The copy is closed meanwhile. A crash leaves the old file or the new one, whole.
"""

from contextlib import closing
from pathlib import Path

import duckdb

from store.copy_errors import CopyNotWrittenError
from store.safe_file import flush_folder

SUFFIX = ".compact"


def compact(path: Path, *, memory_mb: int = 1_024) -> None:
    """Write the file anew, in the order in which its rows lie.

    Raises CopyNotWrittenError where the disk does not take it; the old file is then as it was.
    """
    new = path.with_name(path.name + SUFFIX)
    new.unlink(missing_ok=True)  # what a crash left of an earlier one
    try:
        with closing(duckdb.connect(":memory:", config={"memory_limit": f"{memory_mb}MB"})) as conn:
            conn.execute(f"ATTACH {_quoted(path)} AS old (READ_ONLY)")
            conn.execute(f"ATTACH {_quoted(new)} AS new")
            conn.execute("COPY FROM DATABASE old TO new")
            conn.execute("DETACH new")
        new.replace(path)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        flush_folder(path.parent)
    except (duckdb.Error, OSError) as error:
        new.unlink(missing_ok=True)
        raise CopyNotWrittenError(path, error) from error


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
