import errno
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from clarion import cli
from store.errors import FolderInUse, NoRoom
from tests.clarion.terminal import flat, run
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
OFF = '[data]\nfolder = "data"\n[ingest]\nport = 0\n[segment]\nurl = "http://127.0.0.1:9"\n'
OFF += '[slack]\nmode = "off"\n'
KEYS = {"CLARION_SEGMENT_WRITE_KEY": "write-key", "CLARION_INGEST_KEYS": "one-key-in"}


pytestmark = pytest.mark.usefixtures("here")


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert run("--version").output == f"clarion {version('clarion-campaigns')}\n"


def test_without_a_daemon_the_exit_code_is_three_and_the_way_out_is_said() -> None:
    result = run("campaign", "list")
    assert result.exit_code == 3
    assert "clarion run" in result.stderr
    refused = run("campaign", "list", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["type"]) == (3, "Refused")


def test_a_wrong_call_has_the_exit_code_two() -> None:
    assert run("campaign", "submit", "a").exit_code == 2
    assert run("campaign", "check", "gone.toml").exit_code == 2


def test_the_daemon_does_not_start_on_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[account]\nzone = 3\n")
    result = run("run")
    assert result.exit_code == 1
    assert "line 2  account.zone" in result.stderr
    assert "CLARION_INGEST_KEYS" in result.stderr


def test_check_names_every_problem_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[account]\nzone = 3\n")
    found = json.loads(run("check", "--json").stdout)
    assert found["ok"] is False
    assert {"account.zone": 2, "CLARION_INGEST_KEYS": None}.items() <= {
        each["where"]: each.get("line") for each in found["problems"]
    }.items()
    assert "account.zone" in run("check").stderr


def test_check_looks_at_the_connections_and_sends_no_key(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(OFF)
    result = run("check", env=KEYS)
    assert result.exit_code == 1
    assert "http://127.0.0.1:9 does not answer" in flat(result.output)
    found = json.loads(run("check", "--json", env=KEYS).stdout)
    assert [each["of"] for each in found["findings"] if not each["ok"]] == ["segment"]


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("a detail for the log")


@pytest.mark.parametrize(("verbose", "told"), [(True, True), (False, False)])
def test_an_unexpected_error_is_an_id_and_a_traceback_only_on_demand(
    verbose: bool,
    told: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("clarion.cli.load", broken)
    monkeypatch.setattr(sys, "argv", ["clarion", *(["--verbose"] if verbose else []), "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = flat(capsys.readouterr().err)
    assert ended.value.code == 1
    assert "Something went wrong (id E" in said
    assert ("a detail for the log" in said) is told


def test_failures_that_name_their_remedy_are_told_and_others_are_not() -> None:
    used = FolderInUse(Path("/data/clarion.lock"), "7")
    group = BaseExceptionGroup("", [used, BaseExceptionGroup("", [OSError("port taken")])])
    assert cli.expected_failures(group) == [str(used), "port taken"]
    assert cli.expected_failures(BaseExceptionGroup("", [used, KeyError("a")])) is None


def test_a_disk_without_room_is_told_with_what_to_do() -> None:
    named = OSError(errno.ENOSPC, "No space left on device", "/x/d")
    assert cli.expected_failures(named) == [str(NoRoom("/x/d"))]
    assert cli.expected_failures(OSError(errno.ENOSPC, "No space")) == [str(NoRoom())]


def test_the_daemon_starts_answers_the_command_line_and_stops_when_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(OFF)
    config = str(tmp_path / "config.toml")
    command = [sys.executable, "-m", "clarion", "run", "--config", config]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | KEYS, stderr=subprocess.PIPE
    ) as daemon:
        try:
            assert daemon.stderr is not None
            first = daemon.stderr.readline().decode()
            listed = run("campaign", "list", "--json")
            second = run("run", env=KEYS)
        finally:
            daemon.terminate()
        assert daemon.wait(PATIENCE_SECONDS) == 0
    assert "is ready: events at http://127.0.0.1:" in first
    assert json.loads(listed.stdout)["campaigns"] == []
    assert second.exit_code == 1
    assert "is using this folder" in flat(second.stderr)
    assert run("campaign", "list").exit_code == 3
