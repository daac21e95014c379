import json
from pathlib import Path

from tests.clarion.doors import ANA, answering, real_desk
from tests.clarion.terminal import flat, run
from tests.clarion.test_cli_campaign import definition as definition  # a fixture

BY = ("--as", ANA)


def test_a_users_trail_is_told_to_people_and_to_programs(tmp_path: Path, definition: str) -> None:
    data = ("--data", str(tmp_path / "data"))
    with answering(tmp_path / "data", real_desk(tmp_path / "data")):
        run("campaign", "draft", definition, *BY, *data)
        said = run("why", "ann", "Win back", *data)
        told = json.loads(run("why", "ann", "Win back", "--json", *data).stdout)
        assert run("why", "ann", "Nothing", *data).exit_code == 1
    assert "The user is not known" in flat(said.output)
    assert (told["type"], told["steps"], told["zone"]) == ("Told", [], "Europe/Oslo")


def test_everything_is_paused_only_by_a_word_for_everything(
    tmp_path: Path, definition: str
) -> None:
    data = ("--data", str(tmp_path / "data"))
    with answering(tmp_path / "data", real_desk(tmp_path / "data")):
        half = run("pause", *BY, *data)
        whole = run("pause", "--all", *BY, "--json", *data)
    assert half.exit_code == 2
    assert "clarion campaign pause NAME" in flat(half.stderr)
    assert json.loads(whole.stdout) == {
        "type": "PausedAll",
        "message": "Nothing could be paused.",
        "paused": [],
        "not_paused": [],
        "on_the_wire": 0,
    }


def test_what_came_in_is_counted_for_people_and_for_programs(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    with answering(tmp_path / "data", real_desk(tmp_path / "data")):
        said = run("status", *data)
        told = json.loads(run("status", "--json", *data).stdout)
    assert "Nothing has come in yet." in flat(said.output)
    nothing = {"sources": [], "zones": [], "more_zones": False, "refused": []}
    for_ever = {"keep_events_days": 0, "kept_longer_for": "", "kept_since_ms": None}
    assert told == {"type": "Intake"} | nothing | for_ever
