"""Opening the audience's copy with DuckDB: what it may take, and that it touches nothing else."""

from pathlib import Path
from typing import TypeAlias

import duckdb
from msgspec import Struct

from store.copy_errors import CopyUnreadableError

SPILL_MB_MAX = 8_192
"""How much of the disk one copy may use for what does not fit into its memory."""

Settings: TypeAlias = dict[str, str | int]
_CLOSED = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": False,
    "lock_configuration": True,
}
"""The copy reads and writes its own file, and nothing else."""


class Limits(Struct, frozen=True):
    """What a copy may take of the machine while it works: memory in MB, and threads."""

    memory_mb_max: int = 1_024
    threads_max: int = 2
    rows_behind_max: int = 1_000
    """With more of the log missing, the copy catches up though nobody asks."""

    def settings(self) -> Settings:
        """Return them as DuckDB names them."""
        return {
            "threads": self.threads_max,
            "memory_limit": f"{self.memory_mb_max}MB",
            "max_temp_directory_size": f"{SPILL_MB_MAX}MB",
        }


def connect(path: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the file, or a new one. Raises CopyUnreadableError."""
    try:
        return duckdb.connect(path, config={**settings, **_CLOSED})
    except duckdb.Error as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: BaseException) -> CopyUnreadableError:
    """Return the error that says what to do about a file that is no copy."""
    return CopyUnreadableError(
        f"{path} cannot be opened as the audience's copy: {error}. If no other process uses it,"
        " delete it: it is made anew from the log."
    )


def version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the version of the copy's layout; None for a file that is not laid out."""
    try:
        ((found,),) = connection.execute("SELECT version FROM watermark").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException, ValueError):
        return None
    return int(found)
