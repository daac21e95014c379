from pathlib import Path

import pytest
import typer
from msgspec import structs

from actors.mail import Done, Refused
from clarion.cli_common import Read, Where, config_path, read_text, where
from clarion.config import Config
from domain import toml_source
from domain.problem import Problem
from tests.clarion.test_showing import view


def test_the_configuration_that_lies_here_is_taken_and_a_named_one_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_path(None) is None
    (tmp_path / "config.toml").write_text("")
    assert config_path(None) == Path("config.toml")
    assert config_path(Path("other.toml")) == Path("other.toml")


def test_the_folder_on_the_command_line_comes_before_the_configurations(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[data]\nfolder = "a"\n')
    assert where(path, None, json=False).folder == tmp_path / "a"
    assert where(path, tmp_path / "b", json=False).folder == tmp_path / "b"


def test_a_configuration_with_problems_ends_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[account]\nzone = 3\n")
    with pytest.raises(typer.Exit) as ended:
        where(path, None, json=False)
    assert ended.value.exit_code == 1
    assert "line 2  account.zone" in capsys.readouterr().err


def test_the_daemons_problems_get_the_lines_of_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loaded = toml_source.load('kind = "live"\nname = "a"\n')
    assert isinstance(loaded, toml_source.Loaded)
    source = Read("a.toml", loaded)
    answer = Refused(what="No.", fix="Do.", problems=(Problem("name", "It is taken.", "Do."),))
    with pytest.raises(typer.Exit):
        Where(Config(), Path(), json=False).finish(answer, source)
    assert "line 2  name" in capsys.readouterr().err


def test_a_file_that_is_no_text_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")
    with pytest.raises(typer.BadParameter, match="UTF-8"):
        read_text(str(tmp_path / "a"))
    with pytest.raises(typer.BadParameter, match="No such file"):
        read_text(str(tmp_path / "b"))


@pytest.mark.parametrize(
    ("unverified", "state"), [(True, "running"), (True, "draft"), (False, "running")]
)
def test_what_sends_says_that_nobody_has_seen_a_test_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, unverified: bool, state: str
) -> None:
    shown = structs.replace(view(), unverified=unverified, state=state)
    where(None, tmp_path, json=False).finish(Done("It is so.", shown))
    told = "clarion connection verify" in capsys.readouterr().out
    assert told == (unverified and state == "running")
