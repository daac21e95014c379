"""Small files that must survive a power cut: replaced whole, or added to at the end."""

import os
from pathlib import Path

OWNER_ONLY = 0o600


def replace(path: Path, content: bytes) -> None:
    """Put a whole new content in place: after a crash it is the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWNER_ONLY)
    try:
        _write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(path)
    flush_folder(path.parent)


def append(path: Path, content: bytes) -> int:
    """Add whole lines at the end, durably; return the file's new size.

    What a crash left of a line is closed first, so that it spoils no other.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, OWNER_ONLY)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        _write(descriptor, b"\n" + content if torn else content)
        os.fsync(descriptor)
        grown = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    if not size:
        flush_folder(path.parent)
    return grown


def flush_folder(folder: Path) -> None:
    """Put the names of new files on disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
