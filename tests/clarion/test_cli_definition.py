"""A command with a definition that has problems, with and without a daemon."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.mail import Done, Draft, Reach, Refused
from actors.mail_text import CheckText
from clarion import cli_definition
from clarion.control import socket_path
from domain import toml_source
from domain.campaign import Campaign
from domain.problem import Problem
from tests.clarion.doors import ANA, DEFINITION, answering, bound, heard, real_desk
from tests.clarion.terminal import run

WRONG = """\
name = ""
kind = "past_behaviour"
colour = "red"
[who]
type = "list"
name = "VIPs"
"""
PAST = DEFINITION + '[when]\ndates = ["2020-01-01T09:00"]\n'
COMMANDS = (
    ("campaign", "draft", "a.toml", "--as", ANA),
    ("campaign", "check", "a.toml"),
    ("reach", "a.toml"),
    ("rehearse", "a.toml"),
)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "data"
    with answering(folder, real_desk(folder)):
        yield str(folder)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_daemon_adds_the_names_that_are_not_there_to_all_other_problems(
    here: Path, daemon: str, command: tuple[str, ...]
) -> None:
    (here / "a.toml").write_text(WRONG)
    result = run(*command, "--data", daemon)
    assert result.exit_code == 1
    shown = [line.strip() for line in result.stderr.splitlines() if line.strip().startswith("line")]
    assert [" ".join(line.split()[:3]) for line in shown] == [
        "line 1 name",
        "line 3 colour",
        "line 6 who.name",
    ]
    found = json.loads(run(*command, "--data", daemon, "--json").stdout)
    assert [problem["line"] for problem in found["problems"]] == [1, 3, 6]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_daemon_what_the_command_knows_itself_is_told(
    here: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (here / "a.toml").write_text(WRONG)
    result = run(*command, "--data", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "line 1  name" in result.stderr
    assert "VIPs" not in result.stderr


def test_a_daemon_that_cannot_look_at_it_hides_no_problem(here: Path, tmp_path: Path) -> None:
    (here / "a.toml").write_text(WRONG)
    with heard(tmp_path, Refused("The request is longer than 9 bytes.", "Shorten it.")) as asked:
        result = run("reach", "a.toml", "--data", str(tmp_path))
    assert (result.exit_code, "line 1  name" in result.stderr) == (1, True)
    assert asked == [CheckText(WRONG)]


def test_a_daemon_that_hangs_hides_no_problem(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_definition, "TOLD_SECONDS_MAX", 0.05)
    (here / "a.toml").write_text(WRONG)
    with bound(socket_path(tmp_path)) as door:
        door.listen()
        result = run("reach", "a.toml", "--data", str(tmp_path))
    assert (result.exit_code, "line 1  name" in result.stderr) == (1, True)


def test_what_the_daemon_finds_in_order_is_kept_though_its_times_are_past(
    here: Path, tmp_path: Path
) -> None:
    """Those of a campaign that has had runs may be."""
    (here / "a.toml").write_text(PAST)
    campaign = toml_source.shape(PAST)
    assert isinstance(campaign, Campaign)
    with heard(tmp_path, Done(message="It is so.")) as asked:
        run("campaign", "draft", "a.toml", "--as", ANA, "--edits", "b", "--data", str(tmp_path))
        run("reach", "a.toml", "--data", str(tmp_path))
    assert asked == [
        CheckText(PAST, edits="b"),
        Draft(campaign, ANA, edits="b"),
        CheckText(PAST),
        Reach(campaign),
    ]


def test_a_check_asks_a_daemon_for_names_though_no_rule_is_broken(here: Path, daemon: str) -> None:
    (here / "a.toml").write_text(DEFINITION.replace('"property"', '"list"').split("op =")[0])
    alone = run("campaign", "check", "a.toml", "--data", str(here / "none"))
    assert alone.exit_code == 0, alone.output
    checked = run("campaign", "check", "a.toml", "--data", daemon)
    assert (checked.exit_code, 'no list "country"' in checked.stderr) == (1, True)


def test_a_refusal_of_what_was_read_has_the_lines_of_the_file(here: Path, tmp_path: Path) -> None:
    (here / "a.toml").write_text(DEFINITION)
    taken = Refused("No.", "Do.", (Problem("name", "It is taken.", "Take another."),))
    with heard(tmp_path, taken):
        result = run("campaign", "draft", "a.toml", "--as", ANA, "--data", str(tmp_path))
    assert "line 1  name" in result.stderr
