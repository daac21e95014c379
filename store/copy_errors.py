"""What can be wrong with the audience's copy: it waits, and whoever asked may ask again.

Nothing of it loses anything: the log has everything.
"""

from pathlib import Path

import duckdb

from store.errors import StoreError

DISK_ERRORS = (duckdb.OperationalError, duckdb.FatalException)
"""What a disk is to blame for that is full or fails, and everything that follows from it."""


class CopyUnreadableError(Exception):
    """The file is no copy that we can read; the message says what to do."""


class CopyWaitsError(StoreError):
    """The copy cannot answer now. Whoever asked is told, and may ask again; nobody is at fault."""


class CopyNotWrittenError(CopyWaitsError):
    """The copy could not take what is new, as on a full disk: open it anew before trying again."""

    def __init__(self, path: Path, reason: Exception) -> None:
        super().__init__(
            f"{path}: the audience's copy cannot be written ({type(reason).__name__}): "
            "look at free disk space; nothing is lost, and it is tried again"
        )


class CopyDamagedError(CopyWaitsError):
    """The file holds what was never written there: only a copy made anew helps."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the audience's copy is damaged; nothing is lost, it is made anew from the log"
        )


class CopyBehindError(CopyWaitsError):
    """The copy is being made, and has too far to go for anybody to wait for it."""

    def __init__(self, percent: int) -> None:
        super().__init__(
            f"the audience's copy is being made from the log, and {percent} % of it is done: "
            "see `clarion audience status`"
        )


class QuestionTooLargeError(CopyWaitsError):
    """The question needs more memory, or more room to put things aside, than it may have."""

    def __init__(self) -> None:
        super().__init__(
            "this audience needs more memory than [audience] memory_mb_max lets it have: "
            "raise it, or ask for a shorter time"
        )


class QuestionTooLongError(CopyWaitsError):
    """The question takes so long that it was cut short: others wait for their turn."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"this audience takes longer than {seconds:.0f} seconds: ask for a shorter time, or"
            " with fewer conditions"
        )


def is_damage(error: BaseException) -> bool:
    """Tell whether an error of DuckDB says that a block of the file is not what was written.

    DuckDB raises it as the plain base of its errors, which it uses for nothing else.
    """
    return type(error) is duckdb.Error
