"""How a soak ends before its time: what it started dies first, then it leaves.

Linux only, as the soak's small disk is: a process's children are read from /proc.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import trio

SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PARENT = 1
"""The place of the parent's number in /proc/N/stat, counted after the name."""


async def until_told(work: Callable[[], Awaitable[object]]) -> signal.Signals | None:
    """Do the work to its end (None), or until somebody tells this process to end (that signal).

    Whoever is told twice goes on ending: a daemon that a finally block would still have stopped is
    dead already, suspended or not, so no second signal is needed.
    """
    told: list[signal.Signals] = []
    with trio.open_signal_receiver(*SIGNALS) as signals:
        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()

            async def listen() -> None:
                async for number in signals:
                    told.append(signal.Signals(number))
                    kill_children()
                    scope.cancel()

            nursery.start_soon(listen)
            with scope:
                await work()
            nursery.cancel_scope.cancel()
    kill_children()
    return told[0] if told else None


def kill_children() -> None:
    """Kill every process that this one has started and that still lives."""
    for number in _children(os.getpid()):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                told = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(told[_PARENT]) == parent:
                    found.append(int(folder.name))
    return found
