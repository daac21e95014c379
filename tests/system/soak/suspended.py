"""P14: a daemon that was suspended, and another that took its place meanwhile."""

import re
import sqlite3
from contextlib import closing

import trio

from store.database import LOCK_NAME
from tests.system.soak.ground import Ground, go_on, second_daemon, suspend

ENDS_SECONDS_MAX = 180.0
"""The load writes to it, and whoever writes notices at once: some seconds on a slow machine. Only a
daemon without any work looks no oftener than every 30 s."""
STARTS_SECONDS_MAX = 300.0
_PORT = re.compile(r"(?m)^port = \d+$")


async def two_daemons(ground: Ground, *, seconds: float) -> None:
    """Suspend the daemon under load and let a second one come; the caller's load goes on.

    While the lock is held the second is refused. Without the lock file it takes over; the first,
    when it goes on, ends before its next commit. That it sent nothing which it had not claimed by
    then shows in `checks`: no message may arrive more often than it was claimed.
    """
    first = ground.stage.daemon
    assert first is not None, "a daemon was started"
    folder = ground.stage.folder
    config = folder / "second.toml"
    config.write_text(_PORT.sub("port = 0", ground.stage.config.read_text(), count=1))
    await _suspend_between_commits(ground, first)
    refused = await _run_to_its_end(ground, "refused.log")
    if f"process {first.pid}" not in refused or "Traceback" in refused:
        ground.found.append(f"A second daemon does not say who holds the folder: {refused[-500:]}")
    (ground.stage.data / LOCK_NAME).unlink()
    second = await second_daemon(ground, config, folder / "second.log")
    try:
        await _ready(ground, second)
        await trio.sleep(seconds)
        before = ground.stage.log.stat().st_size
        ground.pulse.forgive()
        go_on(first)
        with trio.move_on_after(ENDS_SECONDS_MAX):
            await first.wait()
        if first.returncode is None:
            ground.found.append("The first daemon goes on beside the one that took over.")
            first.kill()
            await first.wait()
        with ground.stage.log.open("rb") as log:
            log.seek(before)
            said = log.read().decode(errors="replace")
        if "another daemon has taken over" not in said or "Traceback" in said:
            ground.found.append(f"The first daemon does not say why it ends: {said[-500:]}")
    finally:
        second.terminate()
        await second.wait()
    await ground.check(ground.look(), "after two daemons")


async def _suspend_between_commits(ground: Ground, daemon: trio.Process) -> None:
    """Suspend it where it holds no lock of the database: else nobody could take it over at all."""
    while True:
        suspend(daemon)
        with closing(sqlite3.connect(ground.stage.data / "clarion.db", timeout=0.1)) as conn:
            conn.isolation_level = None
            try:
                conn.execute("BEGIN IMMEDIATE")
                conn.execute("ROLLBACK")
            except sqlite3.OperationalError:
                go_on(daemon)
                await trio.sleep(0.05)
            else:
                return


async def _run_to_its_end(ground: Ground, name: str) -> str:
    log = ground.stage.folder / name
    daemon = await second_daemon(ground, ground.stage.folder / "second.toml", log)
    with trio.move_on_after(STARTS_SECONDS_MAX):
        await daemon.wait()
    if daemon.returncode != 1:
        ground.found.append(f"A second daemon ended with {daemon.returncode}, not with 1.")
        daemon.kill()
        await daemon.wait()
    return log.read_text(errors="replace")


async def _ready(ground: Ground, second: trio.Process) -> None:
    """Wait until the second daemon says that it listens."""
    log = ground.stage.folder / "second.log"
    with trio.fail_after(STARTS_SECONDS_MAX):
        while "is ready" not in log.read_text(errors="replace"):
            assert second.poll() is None, log.read_text(errors="replace")
            await trio.sleep(0.1)
