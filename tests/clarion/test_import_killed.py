"""A file is imported while the real daemon dies under it, and again: no row is lost or doubled."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clarion.fault_env import VARIABLE
from tests.clarion.doors import ANA
from tests.clarion.terminal import flat, run
from tests.patience import PATIENCE_SECONDS

ROWS = 2_500  # three pieces
KEYS = {"CLARION_SEGMENT_WRITE_KEY": "w" * 20, "CLARION_INGEST_KEYS": "i" * 20}


@contextmanager
def daemon(folder: Path, *, dies_at: str = "") -> Iterator[None]:
    """Run a real daemon; one that is to die must have died by the end of the block."""
    config = folder / "config.toml"
    config.write_text(
        f'[data]\nfolder = "{folder}/data"\n[ingest]\nport = 0\n[slack]\nmode = "off"\n'
        '[segment]\nurl = "http://127.0.0.1:9"\n'
    )
    command = [sys.executable, "-m", "clarion", "run", "--config", str(config)]
    environ = {**os.environ, **KEYS, VARIABLE: dies_at}
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        _until_ready(process)
        yield
    finally:
        if not dies_at:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
    assert process.returncode == (-signal.SIGKILL if dies_at else 0)


def _until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    line = ""
    while "is ready" not in line and time.monotonic() < deadline:
        line = process.stderr.readline()
        assert line, "the daemon ended before it was ready"


@pytest.fixture
def files(here: Path) -> Path:
    people, orders, views, vips = [], [], [], []
    for n in range(ROWS):
        people.append(f"u{n},Oslo")
        orders.append(f"u{n},Bought,2026-03-01T09:00:00Z,{n}")
        call = {"userId": f"u{n}", "event": "Viewed", "timestamp": "2026-03-01T09:00:00Z"}
        views.append(json.dumps(call))
        vips.append(f"i,u{2 * n}")  # every other one is a user
    (here / "people.csv").write_text("\n".join(["identity,city", *people]))
    (here / "orders.csv").write_text("\n".join(["identity,event,time,n", *orders]))
    (here / "views.jsonl").write_text("\n".join(views))
    (here / "vips.csv").write_text("\n".join(["Type,Identity", *vips]))
    return here


PROFILES = ("profiles", "people.csv")
ORDERS = ("events", "orders.csv")
VIEWS = ("events", "views.jsonl")
VIPS = ("list", "VIPs", "vips.csv")


def dies_under(*what: str) -> None:
    gone = run("import", *what, "--as", ANA)
    assert gone.exit_code == 3
    assert "went away before it answered. What it took stays. Start it." in flat(gone.stderr)


def comes_in(*what: str) -> dict[str, Any]:
    done = run("import", *what, "--as", ANA, "--json")
    assert done.exit_code == 0, done.output
    counts: dict[str, Any] = json.loads(done.stdout)["stands"]["counts"]
    return {name: n for name, n in counts.items() if n}


def test_an_import_goes_on_where_a_daemon_died_under_it(files: Path) -> None:
    """Each dies with a piece on disk that it has not answered for, in the file's middle."""
    with daemon(files, dies_at="import.kept:2"):
        dies_under(*PROFILES)
    with daemon(files, dies_at="import.kept:3"):
        assert comes_in(*PROFILES) == {"rows": ROWS, "unknown": ROWS}
        dies_under(*ORDERS)
    with daemon(files, dies_at="import.kept:3"):
        assert comes_in(*ORDERS) == {"rows": ROWS, "matched": ROWS}
        dies_under(*VIEWS)
    with daemon(files, dies_at="import.entries_kept:2"):
        assert comes_in(*VIEWS) == {"rows": ROWS, "matched": ROWS}
        dies_under(*VIPS)
    with daemon(files):
        half = ROWS // 2
        assert comes_in(*VIPS) == {"rows": ROWS, "matched": half, "unknown": half}
    with sqlite3.connect(files / "data" / "clarion.db") as conn:
        found = conn.execute(
            "SELECT kind, name, count(*), count(DISTINCT user) FROM log GROUP BY 1, 2 ORDER BY 2"
        ).fetchall()
        assert found == [
            ("profile", "", ROWS, ROWS),
            ("event", "Bought", ROWS, ROWS),
            ("event", "Viewed", ROWS, ROWS),
        ]
        assert conn.execute("SELECT count(*) FROM list_member").fetchall() == [(half,)]
    conn.close()
