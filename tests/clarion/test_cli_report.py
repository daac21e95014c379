import json
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actors.mail import Answer, Refused, Request
from actors.mail_report import ShowReport
from tests.bot.reports import REPORT
from tests.clarion.doors import answering
from tests.clarion.terminal import flat, run


@pytest.fixture
def data(tmp_path: Path) -> Iterator[tuple[str, str]]:
    @asynccontextmanager
    async def asked() -> Any:
        async def ask(request: Request) -> Answer:
            assert isinstance(request, ShowReport)
            return REPORT if request.name == "Win back" else Refused("There is none.", "Look.")

        yield ask

    folder = tmp_path / "data"
    folder.mkdir()
    with answering(folder, asked()):
        yield "--data", str(folder)


def test_a_report_is_for_people_for_programs_and_for_spreadsheets(data: tuple[str, str]) -> None:
    assert "Qualified" in run("report", "Win back", *data).stdout
    told = json.loads(run("report", "Win back", "--json", *data).stdout)
    assert (told["type"], told["compared"]["type"]) == ("Report", "Lift")
    assert run("report", "Win back", "--csv", *data).stdout.startswith("part,name,measure,value\n")


def test_the_picture_is_written_where_it_is_wanted(data: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "report.png"
    assert run("report", "Win back", "--picture", str(file), *data).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    nowhere = run("report", "Win back", "--picture", str(tmp_path / "no" / "x.png"), *data)
    assert nowhere.exit_code == 1
    assert "No such file" in flat(nowhere.stderr)


def test_wrong_questions_are_refused(data: tuple[str, str]) -> None:
    assert run("report", "Win back", "--csv", "--json", *data).exit_code == 2
    assert run("report", "Nothing", *data).exit_code == 1
