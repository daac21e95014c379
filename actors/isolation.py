"""Work that may break because of one user or one event, done so that it breaks nothing else.

What is told of the error is its kind and the place in our code: its words may quote a value of
the user's. A fault of the machine (the database, memory) is nobody's and is raised.
"""

import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")


class Broken(Struct, frozen=True):
    """Why it broke: the kind of the error, and where in the code."""

    error: str
    where: str = ""


def apart(work: Callable[[], T]) -> T | Broken:
    """Do the work; return what it returns, or how it broke. Raises the machine's faults only."""
    try:
        return work()
    except (sqlite3.Error, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever one user's values do must not stop others
        return Broken(type(error).__name__, _where(error))


def _where(error: Exception) -> str:
    """Return the place that raised it, without any value."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).name}:{last.lineno} in {last.name}"
