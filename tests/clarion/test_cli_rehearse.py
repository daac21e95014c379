import json
from pathlib import Path

import pytest

from actors.mail import Refused
from clarion import rehearsal_process
from clarion.rehearsal_play import Play
from tests.bot.rehearsals import REHEARSED
from tests.clarion.terminal import flat, run

DRAFT = 'name = "Cart"\nkind = "live"\n[trigger]\nevent = "Added"\n'


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Play]:
    asked: list[Play] = []

    async def answers(play: Play, _tell: object) -> object:
        asked.append(play)
        return REHEARSED if play.name == "Cart" else Refused("There is none.", "Look.")

    monkeypatch.setattr(rehearsal_process, "run", answers)
    return asked


def test_a_draft_is_rehearsed_without_a_daemon(tmp_path: Path, played: list[Play]) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(DRAFT)
    data = ("--data", str(tmp_path))
    said = run("rehearse", str(file), "--days", "7", *data)
    assert "would have gone" in flat(said.stdout)
    told = json.loads(run("rehearse", str(file), "--json", *data).stdout)
    assert told["type"] == "Rehearsed"
    assert [play.days for play in played] == [7, 30]
    assert played[0].definition is not None


def test_a_campaign_is_rehearsed_by_its_name_with_its_picture(
    tmp_path: Path, played: list[Play]
) -> None:
    data = ("--data", str(tmp_path))
    picture = tmp_path / "rehearsal.png"
    assert run("rehearse", "Cart", "--picture", str(picture), *data).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert played[0].definition is None
    assert run("rehearse", "Nothing", *data).exit_code == 1


def test_more_days_than_are_possible_are_refused(tmp_path: Path, played: list[Play]) -> None:
    assert run("rehearse", "Cart", "--days", "91", "--data", str(tmp_path)).exit_code == 2
    assert played == []


@pytest.mark.parametrize("option", ["--picture", "--messages"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_played(
    tmp_path: Path, played: list[Play], option: str
) -> None:
    data = ("--data", str(tmp_path))
    for file in (tmp_path / "no" / "such.csv", tmp_path):
        said = run("rehearse", "Cart", option, str(file), *data)
        assert said.exit_code == 1
        assert "cannot be written" in flat(said.output)
    assert played == []
