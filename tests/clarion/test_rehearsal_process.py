from pathlib import Path

import msgspec
import pytest
import trio

from actors.mail import Refused
from actors.mail_rehearsal import Progress
from actors.restraint import Pace
from clarion import rehearsal_process
from clarion.rehearsal_play import Play
from clarion.rehearsal_process import BROKEN, run
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
