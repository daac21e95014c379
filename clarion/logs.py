"""Logging: for people or as JSON lines, never with a secret; and ids that find an error in it.

Of an error's traceback the log has every place and the kind; its words only where they are known
to be the machine's or our own, because any other's may quote a user's value.
"""

import base64
import json
import logging
import secrets
import sqlite3
import sys
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO, TypeAlias

from store.errors import StoreError

Level: TypeAlias = Literal["debug", "info", "warning", "error"]
Format: TypeAlias = Literal["text", "json"]

MASK = "<secret>"
SECRET_CHARS_MIN = 4
"""A shorter text is no secret, and masking it would make the log unreadable."""
_ERROR_ID_BYTES = 5
_WORDS_ARE_SAFE = (OSError, sqlite3.Error, StoreError)
"""They speak of files, disks, networks and tables."""
_DEPTH_MAX = 8
_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def error_id() -> str:
    """Return a short random name of one error, to say to a person and to find in the log."""
    return "E" + base64.b32encode(secrets.token_bytes(_ERROR_ID_BYTES)).decode()


def set_up(
    level: Level, format_: Format, hidden: Iterable[str] = (), *, stream: TextIO | None = None
) -> None:
    """Send every record to `stream` (standard error), with the `hidden` texts masked.

    Replaces what was set up before, so a process may call it again once it knows its secrets.
    """
    mask = Mask(hidden)
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(JsonLines(mask) if format_ == "json" else Text(mask))
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, Text | JsonLines):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "trio-websocket", "hypercorn"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


class Mask:
    """Takes the configured secrets out of a text, wherever they stand in it."""

    def __init__(self, hidden: Iterable[str]) -> None:
        # The longest first: one secret may be the beginning of another.
        kept = {text for text in hidden if len(text) >= SECRET_CHARS_MIN}
        self._hidden = sorted(kept, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text with every secret masked."""
        for secret in self._hidden:
            text = text.replace(secret, MASK)
        return text


class Text(logging.Formatter):
    """One line for a person, and the traceback below it where there is one."""

    def __init__(self, mask: Mask) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """Format a record. The traceback is in it too, so a secret in either is masked."""
        record.exc_text = None  # another handler's, with the error's words
        try:
            return self._mask(super().format(record))
        finally:
            record.exc_text = None

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's name
        """Return the traceback as `places_of` tells it."""
        return places_of(ei[1])


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the traceback of an error."""

    def __init__(self, mask: Mask) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """Format a record; masked before it is encoded, because encoding may change a secret."""
        moment = datetime.fromtimestamp(record.created, tz=UTC)
        said = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._mask(record.getMessage()),
        }
        if record.exc_info:
            said["traceback"] = self._mask(places_of(record.exc_info[1]))
        return json.dumps(said, ensure_ascii=False)


def places_of(error: BaseException | None) -> str:
    """Return where an error came from, and what led to it: places and kinds, few words."""
    return "" if error is None else "\n".join(_told(error, 0)).rstrip()


def _told(error: BaseException, depth: int) -> Iterator[str]:
    """Yield the lines, what came first standing first, as Python itself has it."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if depth == _DEPTH_MAX:
        yield "..."
        return
    if before is not None:
        yield from _told(before, depth + 1)
        yield "\nfrom which came:\n"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    words = f": {error}" if isinstance(error, _WORDS_ARE_SAFE) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{words}"
    if isinstance(error, BaseExceptionGroup):
        for number, inner in enumerate(error.exceptions, start=1):
            yield f"\nof which {number}:\n"
            yield from _told(inner, depth + 1)
