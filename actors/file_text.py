"""The text of a file that is imported: unpacked, decoded, a line at a time, however large it is.

A file is read twice: once for its digest and the types of its columns, once to be sent. Nothing of
it is kept in memory but the row at hand.
"""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF_8 = "utf-8"
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, UnicodeError)
"""What a file raises in the middle that was cut short, or is not what its beginning says."""


class Identity(Struct, frozen=True):
    """What tells one file from another, and how long it is on disk."""

    digest: str
    bytes: int


def identify(path: Path) -> Identity:
    """Read the whole file as it is on disk. Raises OSError."""
    total, digest = 0, hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            total += len(chunk)
    return Identity(digest.hexdigest(), total)


class Reading:
    """An open file: `lines` are its text, `encoding` how it is written, `at` how far we are."""

    def __init__(self, raw: io.BufferedReader, text: io.TextIOWrapper, encoding: str) -> None:
        self._raw = raw
        self.lines = text
        self.encoding = encoding

    def at(self) -> int:
        """Return how many bytes of the file, as it is on disk, have been read."""
        return self._raw.tell()


@contextmanager
def reading(path: Path, *, encoding: str = "") -> Iterator[Reading]:
    """Open the text of a file, packed by gzip or not. Without `encoding`: its mark, else UTF-8.

    What is not text in the encoding comes as lone surrogates, for the row at hand to be refused.
    Raises OSError, and one of BROKEN.
    """
    with path.open("rb") as raw, _unpacked(raw) as plain:
        begin = plain.peek(len(codecs.BOM_UTF8))
        marked = next((name for mark, name in _MARKS if begin.startswith(mark)), "")
        known = encoding or marked or UTF_8
        if marked == "utf-8-sig" and codecs.lookup(known).name == UTF_8:
            known = marked  # the mark is no part of the first column's name
        errors = "strict" if known == "utf-16" else "surrogateescape"
        with io.TextIOWrapper(plain, encoding=known, errors=errors, newline="") as text:
            yield Reading(raw, text, known)


def _unpacked(raw: io.BufferedReader) -> io.BufferedReader:
    if raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
        packed = gzip.GzipFile(fileobj=raw, mode="rb")
        return io.BufferedReader(packed, CHUNK_BYTES)
    return io.BufferedReader(raw, CHUNK_BYTES)


def is_clean(text: str) -> bool:
    """Tell whether a text can be kept: it was text in its encoding, and has no NUL."""
    return "\0" not in text and is_text(text)


def is_text(text: str) -> bool:
    """Tell whether it was text in the encoding that it was read with."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
