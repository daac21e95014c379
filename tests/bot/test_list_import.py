import errno
import os
import tempfile
from functools import partial
from pathlib import Path

import pytest
import trio

from actors.file_import import Imported
from actors.mail import Refused
from bot.app import make_client
from bot.line import Line
from bot.list_form import ListFile
from bot.list_import import Outcome, import_list
from bot.settings import BotSettings
from tests.actors.house import House, open_house
from tests.bot.fake_desk import NOW_MS
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA

WANTED = ListFile("VIP", "F1", "vip.csv", "")


async def imported(house: House, settings: BotSettings) -> Outcome:
    line, client = Line(house.desk, settings, lambda: NOW_MS), make_client(settings)
    work = partial(import_list, line, client, WANTED, ANA, lambda _: None)
    return await trio.to_thread.run_sync(work)


async def test_the_file_is_here_no_longer_than_its_import_takes(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    slack.files["F1"] = b"Type,Identity\ni,u0000\nx,u0000\n"
    async with open_house(tmp_path, None, quiet=True, supervised=False, delivering=False) as house:
        await house.people(1)
        outcome = await imported(house, settings)
    assert isinstance(outcome.done, Imported)
    assert (len(outcome.first), outcome.problems.startswith(b"line 3, Type:")) == (1, True)
    assert list(room.iterdir()) == []


async def test_a_disk_that_takes_no_file_is_told(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    slack.files["F1"] = b"Identity\nu0000\n"
    async with open_house(tmp_path, None, quiet=True, supervised=False, delivering=False) as house:
        outcome = await imported(house, settings)
    assert isinstance(outcome.done, Refused)
    assert os.strerror(errno.ENOENT) in outcome.done.what
