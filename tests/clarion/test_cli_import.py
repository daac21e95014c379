import json
import os
from pathlib import Path

import pytest

from clarion.process import ready_path
from tests.clarion.doors import ANA, answering, real_desk
from tests.clarion.terminal import run
from tests.clarion.test_cli import OFF
from tests.clarion.test_cli_folder import daemon

BY = ("--as", ANA)


def test_files_come_in_and_everything_is_counted(tmp_path: Path) -> None:
    at = (*BY, "--data", str(tmp_path), "--json")
    people = tmp_path / "people.csv"
    people.write_text("identity;city;age\nu1;Moss;38\nu2;Ås;\n", encoding="cp1252")
    orders = tmp_path / "orders.csv"
    orders.write_text("identity,time,revenue\nu1,2026-03-29,12\nu1,2026-03-29,12\nu3,x,1\n")
    vip = tmp_path / "vip.csv"
    vip.write_text("Type,Identity\ni,u1\ni,u9\n")
    with answering(tmp_path, real_desk(tmp_path)):
        profiles = run("import", "profiles", str(people), "--encoding", "cp1252", *at)
        events = run("import", "events", str(orders), "--event", "Bought", *at)
        listed = run("import", "list", "VIP", str(vip), *at)
        shown = run("user", "show", "u1", "--data", str(tmp_path), "--json")
        again = run("import", "profiles", str(people), "--encoding", "cp1252", *at)
        anew = run("import", "profiles", str(people), "--encoding", "cp1252", "--again", *at)
    assert [r.exit_code for r in (profiles, events, listed, shown, again, anew)] == [
        0,
        1,
        0,
        0,
        0,
        0,
    ]
    counts = [json.loads(each.stdout)["stands"]["counts"] for each in (profiles, events, listed)]
    assert [(c["rows"], c["matched"], c["unknown"], c["duplicates"]) for c in counts] == [
        (2, 0, 2, 0),
        (2, 1, 0, 1),
        (2, 1, 1, 0),
    ]
    assert (tmp_path / "orders.csv.problems").read_text().startswith("line 4, time: 'x' is not")
    user = json.loads(shown.stdout)
    assert (user["traits"], user["lists"]) == ({"city": "Moss", "age": 38}, ["VIP"])
    assert user["events"][0]["properties"] == {"revenue": 12}
    assert json.loads(again.stdout)["already"]
    assert json.loads(anew.stdout)["stands"]["counts"]["matched"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--delimiter", "x"), 2, "comma, semicolon, tab, bar"),
        (("--encoding", "x"), 2, "is not known"),
        (("--encoding", "hex"), 2, "is not known"),
        ((), 3, "No daemon runs"),
        (("--check",), 0, "1 row can be imported"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("identity\nu1\n")
    result = run("import", "profiles", str(path), *arguments, *BY, "--data", str(tmp_path))
    assert (result.exit_code, said in " ".join(result.output.split())) == (code, True), (
        result.output
    )


def test_what_can_be_read_only_once_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A pipe, as shells make one of `<(...)`: the end of it would be taken for an empty file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    result = run("import", "profiles", str(pipe), *BY, "--data", str(tmp_path))
    assert (result.exit_code, "a file on disk" in " ".join(result.output.split())) == (2, True)


def test_a_file_without_what_it_needs_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("who,when\nu1,2026-03-29\n")
    result = run("import", "events", str(path), *BY, "--data", str(tmp_path))
    assert result.exit_code == 1
    for name in ("identity", "time", "event"):
        assert f"There is no column “{name}”" in result.stderr
    result = run("import", "events", str(tmp_path / "none.csv"), *BY)
    assert result.exit_code == 2


@pytest.mark.kill
def test_a_file_goes_on_after_the_daemon_was_killed_and_each_row_is_in_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies with two pieces on disk, of which it answered for one."""
    (tmp_path / "config.toml").write_text(OFF)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "orders.csv"
    lines = [f"u{n % 700},2026-03-29,{n}" for n in range(2_500)]
    path.write_text("\n".join(["identity,time,number", *lines]))
    command = ("import", "events", str(path), "--event", "Bought", *BY)
    monkeypatch.setenv("CLARION_FAULT_POINT", "import.kept:2")
    with daemon(tmp_path):
        assert run(*command).exit_code == 3
    monkeypatch.delenv("CLARION_FAULT_POINT")
    ready_path(tmp_path / "data").unlink()  # the dead daemon's, for whoever waits for the next
    with daemon(tmp_path):
        done = run(*command, "--json")
        shown = run("schema", "Bought", "--json")
    assert done.exit_code == 0, done.output
    counts = json.loads(done.stdout)["stands"]["counts"]
    assert (counts["rows"], counts["duplicates"], counts["unknown"]) == (2_500, 0, 700)
    (number,) = json.loads(shown.stdout)["properties"]
    assert number["count"] == 2_500
