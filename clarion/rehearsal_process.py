"""A rehearsal in a process of its own: started, listened to, ended with whoever asked for it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import msgspec
import trio

from actors.mail import Refused
from actors.mail_rehearsal import Progress, Rehearsed
from clarion.rehearsal_play import Play

LINE_BYTES_MAX = 8 * 2**20
CHUNK_BYTES = 65_536
PREFIX = "clarion-rehearsal-"
BROKEN = Refused(
    what="The rehearsal ended without an answer.",
    fix="Try it again with fewer days; the machine may be short of memory or of disk.",
)
Line: TypeAlias = Progress | Rehearsed | Refused
_lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


async def run(play: Play, tell: Callable[[Progress], object]) -> Rehearsed | Refused:
    """Rehearse; `tell` hears how far it is. Cancelled, it ends the process too.

    What is killed puts nothing away, so the folder with the copy of users' data is removed here.
    """
    scratch = tempfile.mkdtemp(prefix=PREFIX)
    try:
        return await _run(msgspec.structs.replace(play, scratch=scratch), tell)
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(partial(shutil.rmtree, scratch, ignore_errors=True))


async def _run(play: Play, tell: Callable[[Progress], object]) -> Rehearsed | Refused:
    process = await trio.lowlevel.open_process(
        [sys.executable, "-m", "clarion.rehearsing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdin is not None, "it has a pipe"
        assert process.stdout is not None, "it has a pipe"
        async with process.stdin, process.stdout:
            try:
                await process.stdin.send_all(msgspec.json.encode(play))
                await process.stdin.aclose()
                return await _listen(process.stdout, tell)
            except (trio.BrokenResourceError, msgspec.MsgspecError):
                return BROKEN
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()


async def _listen(
    stream: trio.abc.ReceiveStream, tell: Callable[[Progress], object]
) -> Rehearsed | Refused:
    buffer = bytearray()
    while chunk := await stream.receive_some(CHUNK_BYTES):
        buffer += chunk
        while (end := buffer.find(b"\n")) >= 0:
            line = _lines.decode(bytes(buffer[:end]))
            del buffer[: end + 1]
            if not isinstance(line, Progress):
                return line
            tell(line)
        if len(buffer) > LINE_BYTES_MAX:
            break
    return BROKEN
