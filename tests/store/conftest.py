"""A real database for the jobs: the schema as shipped, inside a transaction that they must keep."""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import meta
from tests import blank

INSTALL_KEY = bytes(range(32))


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    """Give a connection inside a writer's transaction; a job that commits fails its test."""
    connection = blank.in_memory()
    meta.ensure_install_key(connection, INSTALL_KEY)
    connection.execute("BEGIN")
    connection.execute("SAVEPOINT job")
    yield connection
    connection.execute("RELEASE job")  # an error here: the job has ended the writer's transaction
    assert connection.in_transaction, "a job has committed"
    connection.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 8 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until the disk is full; the error of that goes to the caller."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def read_only(folder: Path) -> None:
    """Let nobody write to a mounted file system any more."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
