"""Backup and restore as an operator does them, with the real daemon."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clarion.process import ready_path
from tests.clarion.terminal import flat, run
from tests.clarion.test_cli import KEYS, OFF, ROOT
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def configured(here: Path) -> None:
    (here / "config.toml").write_text(OFF)


@contextmanager
def daemon(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the real daemon beside; stop it as an operator does."""
    command = [sys.executable, "-m", "clarion", "run", "--config", str(folder / "config.toml")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=os.environ | KEYS, stderr=log
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready_path(folder / "data").exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def post(door: str) -> None:
    """Hand in an event, which the daemon would have to commit; it is refused."""
    body = {"writeKey": "one", "userId": "u1", "event": "Seen", "messageId": "m1"}
    request = urllib.request.Request(f"{door}/v1/track", json.dumps(body).encode())
    with pytest.raises((urllib.error.HTTPError, OSError)) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
    if isinstance(refused.value, urllib.error.HTTPError):
        refused.value.close()


def test_without_a_daemon_a_backup_ends_with_the_code_three() -> None:
    assert run("backup", "b.db").exit_code == 3


def test_a_backup_is_taken_put_back_and_starts_once_adopted(tmp_path: Path) -> None:
    with daemon(tmp_path):
        made = run("backup", "b.db", "--json")
        again = run("backup", "b.db")
        in_use = run("restore", "b.db")
    told = json.loads(made.stdout)
    assert (told["type"], told["bytes"]) == ("BackedUp", (tmp_path / "b.db").stat().st_size)
    assert again.exit_code == in_use.exit_code == 1
    assert "it exists" in flat(again.stderr)
    assert "is using this folder" in flat(in_use.stderr)
    restored = run("restore", "b.db", "--data", str(tmp_path / "data"))
    assert restored.exit_code == 0
    assert "clarion run --adopt" in restored.output
    refused = run("run", env=KEYS)
    assert refused.exit_code == 1
    assert "restored from a backup" in flat(refused.stderr)
    with daemon(tmp_path, "--adopt") as process:
        pass
    assert process.returncode == 0
    with daemon(tmp_path):
        pass


def test_a_file_that_is_no_backup_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "junk").write_text("junk" * 1_000)
    refused = run("restore", "junk", "--json")
    assert refused.exit_code == 1
    assert "junk" in json.loads(refused.stdout)["fix"]
    assert not (tmp_path / "data" / "clarion.db").exists()


def test_a_daemon_that_lost_its_folder_to_another_ends_with_a_code_of_its_own(
    tmp_path: Path,
) -> None:
    with daemon(tmp_path) as first:
        door = json.loads(ready_path(tmp_path / "data").read_text())["ingest"]
        (tmp_path / "data" / "clarion.lock").unlink()
        ready_path(tmp_path / "data").unlink()
        with daemon(tmp_path):
            post(door)
            assert first.wait(PATIENCE_SECONDS) == 4
    log = (tmp_path / "log").read_text()
    assert "another daemon has taken over this database" in flat(log)
    assert "Traceback" not in log
