import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from store.annex import open_annex
from store.errors import StoreClosed
from store.hold import Hold
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]


def _annex_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "annex"]


async def test_a_coroutine_function_runs_on_asyncio_and_answers_to_trio() -> None:
    async def add(a: int, b: int) -> tuple[int, str]:
        await asyncio.sleep(0)
        return a + b, threading.current_thread().name

    async with open_annex() as annex:
        assert await annex.call(add, 2, 3) == (5, "annex")


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
async def test_an_exception_comes_back_and_the_annex_lives_on(kind: type[BaseException]) -> None:
    async def fail() -> None:
        raise kind("no")

    async def answer() -> int:
        return 1

    async with open_annex() as annex:
        with pytest.raises(kind, match="no"):
            await annex.call(fail)
        assert await annex.call(answer) == 1


async def test_cancelling_in_trio_cancels_in_asyncio_and_waits_for_it() -> None:
    seen: list[str] = []
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon

    async def slow() -> None:
        tell(begun.set)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            seen.append("cleaned up over there")

    async with open_annex() as annex:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(annex.call, slow)
                await begun.wait()
                scope.cancel()
        assert scope.cancelled_caught
        assert seen == ["cleaned up over there"]


async def test_what_finished_although_cancelled_gives_its_answer() -> None:
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon

    async def stubborn() -> str:
        tell(begun.set)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "done all the same"
        return "never"

    answers: list[str] = []

    async with open_annex() as annex:

        async def caller() -> None:
            answers.append(await annex.call(stubborn))

        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(caller)
                await begun.wait()
                scope.cancel()
        assert answers == ["done all the same"]


async def test_a_cancelled_caller_does_not_even_start_a_call() -> None:
    started: list[int] = []

    async def note() -> None:
        started.append(1)

    async with open_annex() as annex:
        with trio.CancelScope() as scope:
            scope.cancel()
            await annex.call(note)
        assert (scope.cancelled_caught, started) == (True, [])


async def test_the_thread_ends_also_when_the_body_fails_or_is_cancelled() -> None:
    async def fail() -> None:
        async with open_annex():
            assert _annex_threads() == ["annex"]
            raise ValueError("body")

    with pytest.raises(ValueError, match="body"):
        await fail()
    assert _annex_threads() == []
    with trio.CancelScope() as scope:
        async with open_annex():
            scope.cancel()
            await trio.sleep_forever()
    assert _annex_threads() == []


async def test_a_call_still_out_at_the_end_is_told_so_and_later_calls_too() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    told: list[str] = []

    async def caller() -> None:
        try:
            await annex.call(forever)
        except StoreClosed:
            told.append("closed")

    async with trio.open_nursery() as nursery, open_annex() as annex:
        nursery.start_soon(caller)
        await wait_all_tasks_blocked()
    assert told == ["closed"]
    with pytest.raises(StoreClosed):
        await annex.call(forever)


async def test_virtual_time_stands_still_while_calls_are_out(autojump_clock: MockClock) -> None:
    async def nap() -> None:
        await asyncio.sleep(0)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.sleep, 1)
        before = trio.current_time()
        async with open_annex(hold=Hold(autojump_clock)) as annex:
            for _ in range(200):
                await annex.call(nap)
        assert trio.current_time() == before


def test_a_process_whose_main_fails_inside_the_annex_exits() -> None:
    script = """
import trio
from store.annex import open_annex
async def main():
    async with open_annex():
        raise ValueError("boom")
trio.run(main)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (ran.returncode, "boom" in ran.stderr) == (1, True)
