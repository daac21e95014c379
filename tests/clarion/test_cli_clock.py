from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.mail import AcceptClock, Answer, Done, Refused, Request, ShowClock
from tests.clarion.doors import BEN, answering, plain
from tests.clarion.terminal import flat, run


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Request]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLARION_DATA", str(tmp_path))
    requests: list[Request] = []

    async def ask(request: Request) -> Answer:
        requests.append(request)
        if isinstance(request, ShowClock):
            return Done(message="The clock is right.")
        return Refused(what="The clock is not held.", fix="Nothing needs to be done.")

    with answering(tmp_path, plain(ask)):
        yield requests


def test_one_asks_how_the_clock_stands(asked: list[Request]) -> None:
    result = run("clock", "show")
    assert (result.exit_code, "The clock is right." in flat(result.stdout)) == (0, True)


def test_who_accepts_a_clock_that_is_not_held_is_told_so(asked: list[Request]) -> None:
    result = run("clock", "accept", "--as", BEN)
    assert (result.exit_code, asked) == (1, [AcceptClock(by=BEN)])
    assert "not held" in flat(result.stderr)
