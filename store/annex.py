"""The annex: a stock asyncio loop in a thread of its own, for the one library that needs it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn, TypeVar, TypeVarTuple, Unpack

import trio

from store.errors import StoreClosed
from store.hold import Hold

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@asynccontextmanager
async def open_annex(*, hold: Hold | None = None) -> AsyncIterator["Annex"]:
    """Start the annex's thread; end it in every case, also when the body fails or is cancelled.

    Whatever still runs over there at the end is cancelled, and its caller gets `StoreClosed`.
    """
    annex = Annex(Hold() if hold is None else hold)
    with trio.CancelScope(shield=True):
        await annex.start()
    try:
        yield annex
    finally:
        with trio.CancelScope(shield=True):
            await annex.stop()


class Annex:
    """Carries calls from Trio to asyncio, and answers, errors and cancellation back."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self._trio = trio.lowlevel.current_trio_token()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._started = trio.Event()
        self._ended = trio.Event()
        self._thread = threading.Thread(target=self._serve, name="annex")

    async def call(self, function: Callable[[Unpack[Ts]], Awaitable[T]], *args: *Ts) -> T:
        """Run a coroutine function on the asyncio loop and return what it returns.

        When Trio cancels the caller, the asyncio task is cancelled and waited for. If it has
        finished all the same, its answer is returned: cancelling does not undo.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        loop = self._loop
        if loop is None:
            raise StoreClosed
        caller = trio.lowlevel.current_task()
        cancelled: Callable[[], NoReturn] | None = None
        task: asyncio.Task[T | _Failed]

        async def guarded() -> T | _Failed:
            # SystemExit and its like would tear the loop down: they travel as values
            try:
                return await function(*args)
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - raised again at the caller, in Trio
                return _Failed(error)

        def begin() -> None:
            nonlocal task
            task = loop.create_task(guarded())
            task.add_done_callback(
                lambda _: self._trio.run_sync_soon(trio.lowlevel.reschedule, caller)
            )

        def abort(raise_cancel: Callable[[], NoReturn]) -> trio.lowlevel.Abort:
            nonlocal cancelled
            cancelled = raise_cancel
            loop.call_soon_threadsafe(
                lambda: task.cancel()  # noqa: PLW0108 - `begin` over there may bind it only later
            )
            return trio.lowlevel.Abort.FAILED

        with self._hold:
            loop.call_soon_threadsafe(begin)
            await trio.lowlevel.wait_task_rescheduled(abort)
        if task.cancelled():
            if cancelled is not None:
                cancelled()
            raise StoreClosed
        answer = task.result()
        if isinstance(answer, _Failed):
            raise answer.error
        return answer

    async def start(self) -> None:
        """Start the thread and wait until its loop runs."""
        with self._hold:
            self._thread.start()
            await self._started.wait()
        if self._loop is None:
            raise StoreClosed  # the thread has already said why

    async def stop(self) -> None:
        """Take no more calls, cancel those that are out, and wait for the end of the thread."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        with self._hold:
            loop.call_soon_threadsafe(self._stopping.set)
            await self._ended.wait()
            self._thread.join()

    def _serve(self) -> None:
        try:
            asyncio.run(self._stay_open())
        finally:
            self._trio.run_sync_soon(self._started.set)
            self._trio.run_sync_soon(self._ended.set)

    async def _stay_open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._trio.run_sync_soon(self._started.set)
        await self._stopping.wait()


class _Failed:
    """An exception on its way back to Trio."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
