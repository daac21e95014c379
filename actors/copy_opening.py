"""Opening the audience's copy; one that is of no use is begun anew, and the log tells so.

The log of events has everything, so nothing is lost: but whoever runs the daemon should hear that
a file was damaged, why audiences wait, and when they wait no more.
"""

import logging
from pathlib import Path

from store import copy_file
from store.copy_connection import Limits
from store.copy_errors import CopyNotWrittenError, CopyUnreadableError
from store.projection import Projection

_log = logging.getLogger(__name__)


class CopyFile:
    """The file of the copy, while nobody has it open. To be called in a worker thread."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._is_anew = False  # it was begun anew, and has not caught up with the log

    def open(self, *, last: int) -> Projection:
        """Open it, made anew if it cannot be read or knows more than a log that ends at `last`.

        Raises CopyNotWrittenError.
        """
        try:
            try:
                projection = Projection.open(self._path, self._limits)
            except CopyUnreadableError as error:
                self.begin_anew(f"it cannot be read ({type(error.__cause__).__name__})")
                return Projection.open(self._path, self._limits)
            if projection.watermark() <= last:
                return projection
            projection.close()
            self.begin_anew("it knows more than the log, as after a restore")
            return Projection.open(self._path, self._limits)
        except CopyUnreadableError as error:
            raise CopyNotWrittenError(self._path, error) from error

    def begin_anew(self, why: str) -> None:
        """Remove a copy that is of no use, and say why."""
        _log.warning("%s: the audience's copy is made anew from the log: %s", self._path, why)
        copy_file.remove(self._path)
        self._is_anew = True

    def caught_up(self, places: int) -> None:
        """Hear that the copy holds the whole log; one that was begun anew is told to be whole."""
        if self._is_anew:
            self._is_anew = False
            _log.warning("the audience's copy is whole again: it holds %d places", places)
