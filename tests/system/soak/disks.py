"""P20 and the disk: full while events come in, read-only, damaged."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import trio

from actors.mail import Done, Pause
from sandbox.slack import ANA
from tests.system.soak.crowd import STEADY
from tests.system.soak.ground import Ground, log_of

DISK_MB = 96
PAGE_BYTES = 4_096
FULL_SECONDS = 6.0
RECOVERS_SECONDS_MAX = 300.0
ENDS_SECONDS_MAX = 120.0
FILLER = "filler"


@contextmanager
def small_disk(path: Path) -> Iterator[str]:
    """Put a small file system at `path`; yields why that does not work here, "" if it does."""
    path.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(path)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        yield f"a small disk cannot be mounted here: {error}"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True, capture_output=True)


async def full_disk(ground: Ground) -> str:
    """Fill the disk under the caller's load, pause, make room; say what the senders were told."""
    statuses = ground.sender.statuses.copy()
    data = ground.stage.data
    with (data / FILLER).open("wb") as filler:
        await _fill(filler.fileno())
        await trio.sleep(FULL_SECONDS)  # what the daemon gives up for itself is left to it
        with trio.move_on_after(RECOVERS_SECONDS_MAX):
            while not (ground.sender.statuses - statuses).keys() & {429, 503}:
                await trio.sleep(0.2)
        answer = await ground.ask(Pause(name=STEADY.name, by=ANA))
        if not isinstance(answer, Done):
            ground.found.append(f"On a full disk a pause is answered with {answer}.")
        frozen = len(ground.acknowledged)
    told = ground.sender.statuses - statuses
    if not set(told) <= {200, 429, 503} or not told[429] + told[503]:
        ground.found.append(f"On a full disk ingest answers {dict(told)}.")
    if ground.sender.without_retry_after:
        ground.found.append("A 429 or a 503 came without Retry-After.")
    (data / FILLER).unlink()
    with trio.move_on_after(RECOVERS_SECONDS_MAX):
        while len(ground.acknowledged) <= frozen:
            await trio.sleep(0.2)
    if len(ground.acknowledged) <= frozen:
        ground.found.append("After room was made no event was taken any more.")
    if ground.stage.daemon is None or ground.stage.daemon.poll() is not None:
        ground.found.append(f"The full disk ended the daemon: {log_of(ground)[-1500:]}")
        await ground.start()
    await ground.resume(STEADY.name)
    if "Traceback" in log_of(ground):
        ground.found.append(f"A full disk shows a traceback: {_traceback(log_of(ground))}")
    return f"ingest answered {dict(sorted(told.items()))}"


async def _fill(descriptor: int) -> None:
    """Write until the disk is full, in ever smaller pieces."""
    size = 1 << 20
    while size >= PAGE_BYTES:
        try:
            os.write(descriptor, bytes(size))
        except OSError:
            size //= 4
        await trio.lowlevel.checkpoint()


async def read_only(ground: Ground) -> None:
    """Let the daemon start on a disk that cannot be written: a clear no, and nothing sent."""
    data = str(ground.stage.data)
    subprocess.run(["mount", "-o", "remount,ro", data], check=True, capture_output=True)
    try:
        await _does_not_start(ground, "read-only")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", data], check=True, capture_output=True)


async def damaged(ground: Ground, *, table: str) -> None:
    """Overwrite the root page of a table of a stopped daemon, and start it: a clear no."""
    path = ground.stage.data / "clarion.db"
    with closing(sqlite3.connect(path)) as conn:
        (page,) = conn.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ? UNION SELECT 1 WHERE ? = ''",
            (table, table),
        ).fetchone()
    place = (page - 1) * PAGE_BYTES
    kept = _overwrite(path, place, b"\xa5" * PAGE_BYTES)
    await _does_not_start(ground, f"damaged in {table or 'its first page'}")
    _overwrite(path, place, kept)


def _overwrite(path: Path, place: int, page: bytes) -> bytes:
    """Put a page in the place of another, and return that."""
    with path.open("r+b") as database:
        database.seek(place)
        kept = database.read(PAGE_BYTES)
        database.seek(place)
        database.write(page)
    return kept


async def _does_not_start(ground: Ground, told: str) -> None:
    """Start the daemon and expect it to end with an error that a person understands."""
    before = ground.stage.log.stat().st_size if ground.stage.log.exists() else 0
    arrived = ground.stage.segment.counters.events
    daemon = ground.stage
    process = await trio.lowlevel.open_process(
        ground.command, env=daemon.environ, stdout=subprocess.DEVNULL, stderr=_log(daemon.log)
    )
    with trio.move_on_after(ENDS_SECONDS_MAX):
        await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
        ground.found.append(f"On a disk that is {told} the daemon goes on.")
    said = daemon.log.read_bytes()[before:].decode(errors="replace")
    if process.returncode != 1 or "Traceback" in said or "Something went wrong" in said:
        ground.found.append(f"A daemon whose disk is {told} ends unclearly: {said[-800:]}")
    if ground.stage.segment.counters.events != arrived:
        ground.found.append(f"A daemon whose disk is {told} has sent something.")


def _log(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _traceback(log: str) -> str:
    return log[log.index("Traceback") :][:1500]
