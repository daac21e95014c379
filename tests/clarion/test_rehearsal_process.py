import math
import tempfile
from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_rehearsal import Progress
from actors.restraint import Pace
from clarion import rehearsal_process
from clarion.rehearsal_play import Play
from clarion.rehearsal_process import BROKEN, run
from tests.actors.house import LIVE, START_MS, ZONE, open_house
from tests.bot.rehearsals import REHEARSED

PACE = Pace(messages_per_second=1, requests_at_once_max=1)


class Spoken(trio.abc.ReceiveStream):
    """What a process says, in pieces of a few bytes."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        await trio.lowlevel.checkpoint()
        piece, self._said = self._said[:1_000], self._said[1_000:]
        return piece

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()


async def test_a_process_of_its_own_answers(tmp_path: Path) -> None:
    play = Play(str(tmp_path), "Nothing", 1, 1_790_000_000_000, "UTC", PACE)
    answer = await run(play, lambda _progress: None)
    assert isinstance(answer, Refused)
    assert "is not there" in answer.what


async def test_progress_is_told_until_the_answer_comes() -> None:
    lines = [Progress(1, 2, 3), Progress(2, 2, 4), REHEARSED]
    spoken = Spoken(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    heard: list[Progress] = []
    assert await rehearsal_process._listen(spoken, heard.append) == REHEARSED
    assert heard == lines[:2]


@pytest.mark.parametrize("said", [b"", b"{}", b"x" * 3_000])
async def test_a_process_that_ends_without_an_answer_is_refused(
    said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal_process, "LINE_BYTES_MAX", 2_000)
    assert await rehearsal_process._listen(Spoken(said), print) == BROKEN


async def test_a_rehearsal_that_is_ended_early_leaves_no_copy_of_users_behind(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is killed, so it cannot put anything away itself."""
    folder, scratch = tmp_path / "data", tmp_path / "scratch"
    async with open_house(folder, autojump_clock, quiet=True, supervised=False) as house:
        await house.approved(LIVE)
        await house.feed(*(house.event(f"u{n}", at_ms=START_MS - n) for n in range(50)))
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    play = Play(str(folder), LIVE.name, 30, START_MS, ZONE, PACE)
    seen: list[Path] = []
    autojump_clock.autojump_threshold = math.inf
    with trio.CancelScope() as scope:

        async def end_soon() -> None:
            while not (copies := [*scratch.rglob("clarion.db")]):
                await trio.lowlevel.checkpoint()
            seen.extend(copies)
            scope.cancel()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(end_soon)
            await run(play, lambda _progress: None)
    assert seen
    assert [*scratch.iterdir()] == []
