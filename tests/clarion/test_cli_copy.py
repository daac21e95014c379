import json
from pathlib import Path

import pytest

from actors.mail import Answer, Refused, Request
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy
from clarion import cli_copy
from clarion.client import NoDaemon
from tests.clarion.doors import answering, plain, real_desk
from tests.clarion.terminal import run

MAKING = CopyStatus(watermark=9, last_seq=9, bytes=1, making="running", made=3, to_make=9)
DONE = CopyStatus(watermark=9, last_seq=9, bytes=1, rebuilds=1)
FAILED = CopyStatus(watermark=9, last_seq=9, bytes=1, making="failed", why="there is no room")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_copy, "ASK_EVERY_SECONDS", 0)


def told(folder: Path, *answers: Answer, arguments: tuple[str, ...]) -> tuple[int, str, list[str]]:
    """Run a command against a desk that answers so; return its exit code, words and requests."""
    left, asked = list(answers), list[str]()

    async def desk(request: Request) -> Answer:
        asked.append(type(request).__name__)
        return left.pop(0)

    with answering(folder, plain(desk)):
        result = run("audience", *arguments, "--data", str(folder))
    return result.exit_code, result.output, asked


def test_a_rebuild_is_waited_for_until_it_is_done(tmp_path: Path) -> None:
    code, said, asked = told(tmp_path, MAKING, MAKING, DONE, arguments=("rebuild",))
    assert (code, asked) == (0, [RebuildCopy.__name__, *2 * [ShowCopy.__name__]])
    assert "The copy was made anew." in said
    assert "everything of it" in said


def test_a_rebuild_that_nobody_waits_for_is_only_begun(tmp_path: Path) -> None:
    code, said, asked = told(tmp_path, MAKING, arguments=("rebuild", "--no-wait"))
    assert (code, asked, "3 of 9" in said) == (0, [RebuildCopy.__name__], True)
    assert "was made anew" not in said


def test_a_rebuild_that_fails_or_is_refused_ends_with_an_error(tmp_path: Path) -> None:
    assert told(tmp_path, MAKING, FAILED, arguments=("rebuild",))[0] == 1
    code, said, _ = told(
        tmp_path, Refused(what="No room.", fix="Free some."), arguments=("rebuild",)
    )
    assert (code, "Free some." in said) == (1, True)


def test_a_rebuild_that_a_restart_broke_off_is_not_said_to_be_done(tmp_path: Path) -> None:
    """The new daemon makes no copy: it knows nothing of the rebuild that was under way."""
    restarted = CopyStatus(watermark=9, last_seq=9, bytes=1)
    code, said, _ = told(tmp_path, MAKING, MAKING, restarted, arguments=("rebuild",))
    assert (code, "made anew; the old one goes on" in " ".join(said.split())) == (1, True)


def test_a_daemon_that_ends_under_a_rebuild_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_path: Path, _request: Request) -> Answer:
        raise NoDaemon("It went away.", "")

    monkeypatch.setattr(cli_copy, "ask", gone)
    code, said, _ = told(tmp_path, MAKING, arguments=("rebuild",))
    assert (code, "Run the same command again" in " ".join(said.split())) == (3, True)


def test_without_a_daemon_one_is_told_to_start_it(tmp_path: Path) -> None:
    result = run("audience", "rebuild", "--data", str(tmp_path))
    assert (result.exit_code, "No daemon runs" in result.output) == (3, True)


def test_a_real_daemon_makes_its_copy_anew(tmp_path: Path) -> None:
    with answering(tmp_path, real_desk(tmp_path)):
        rebuilt = run("audience", "rebuild", "--json", "--data", str(tmp_path))
        status = run("audience", "status", "--json", "--data", str(tmp_path))
    assert (rebuilt.exit_code, json.loads(rebuilt.stdout)["rebuilds"]) == (0, 1)
    assert json.loads(status.stdout)["making"] == ""
