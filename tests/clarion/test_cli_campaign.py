import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.mail import (
    Approve,
    Done,
    Draft,
    ListAll,
    Pause,
    Publish,
    RaiseLimit,
    Reach,
    Request,
    RequestChanges,
    Resume,
    SendSample,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_limits import LowerCap
from actors.mail_shelf import Archive, Clone
from domain.campaign import Campaign
from domain.toml_source import check
from tests.clarion.doors import ANA, BEN, DEFINITION, answering, heard, real_desk
from tests.clarion.terminal import flat, run

BY = ("--as", ANA)


@pytest.fixture
def definition(here: Path) -> str:
    (here / "a.toml").write_text(DEFINITION)
    return "a.toml"


def campaign() -> Campaign:
    found = check(DEFINITION, now_ms=0, zone="UTC")
    assert isinstance(found, Campaign)
    return found


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        (("campaign", "draft", "a.toml", *BY), Draft(campaign(), ANA)),
        (("campaign", "draft", "a.toml", *BY, "--edits", "b"), Draft(campaign(), ANA, edits="b")),
        (("campaign", "list"), ListAll()),
        (("campaign", "list", "--archived"), ListAll(archived=True)),
        (("campaign", "clone", "a", "b", *BY), Clone("a", ANA, "b")),
        (("campaign", "archive", "a", *BY), Archive("a", ANA)),
        (("campaign", "archive", "a", *BY, "--back"), Archive("a", ANA, archived=False)),
        (("campaign", "submit", "a", *BY), Submit("a", ANA)),
        (("campaign", "approve", "a", *BY), Approve("a", ANA)),
        (("campaign", "approve", "a", *BY, "--hash", "f0"), Approve("a", ANA, "f0")),
        (
            ("campaign", "request-changes", "a", *BY, "--comment", "Why?", "--hash", "f0"),
            RequestChanges("a", ANA, "Why?", "f0"),
        ),
        (("campaign", "publish", "a", *BY, "--hash", "f0"), Publish("a", ANA, "f0")),
        (("campaign", "pause", "a", *BY), Pause("a", ANA)),
        (("campaign", "resume", "a", *BY), Resume("a", ANA)),
        (("campaign", "stop", "a", *BY), Stop("a", ANA)),
        (("campaign", "lower-cap", "a", *BY, "--to", "5"), LowerCap("a", ANA, 5)),
        (
            ("campaign", "lower-cap", "a", *BY, "--to", "5", "--cap", "day"),
            LowerCap("a", ANA, 5, "day"),
        ),
        (("campaign", "sample", "a", *BY, "--run", "r"), SendSample("a", ANA, "r")),
        (("campaign", "sample", "a", *BY, "--run", "r", "--n", "5"), SendSample("a", ANA, "r", 5)),
        (
            ("campaign", "raise-limit", "a", *BY, "--run", "r", "--limit", "9"),
            RaiseLimit("a", ANA, "r", 9),
        ),
        (("campaign", "skip-run", "a", *BY, "--run", "r"), SkipRun("a", ANA, "r")),
        (("reach", "a.toml"), Reach(campaign())),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_each_command_asks_the_desk_for_exactly_what_it_says(
    tmp_path: Path, definition: str, arguments: tuple[str, ...], request_: Request
) -> None:
    with heard(tmp_path, Done(message="It is so.")) as asked:
        result = run(*arguments, "--data", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "It is so.\n")
    assert asked == [request_]


@pytest.fixture
def daemon(tmp_path: Path, definition: str) -> Iterator[str]:
    folder = tmp_path / "data"
    with answering(folder, real_desk(folder)):
        yield str(folder)


def said(*arguments: str, data: str, code: int = 0) -> Any:
    result = run(*arguments, "--data", data, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_two_people_bring_a_definition_to_its_end_and_one_alone_cannot(daemon: str) -> None:
    assert said("campaign", "draft", "a.toml", *BY, data=daemon)["type"] == "Done"
    said("campaign", "submit", "Win back", *BY, data=daemon)
    refused = said("campaign", "approve", "Win back", *BY, data=daemon, code=1)
    assert refused["type"] == "Refused"
    said("campaign", "approve", "Win back", "--as", BEN, data=daemon)
    assert said("campaign", "publish", "Win back", *BY, data=daemon)["campaign"]["published"] == 1
    (line,) = said("campaign", "list", data=daemon)["campaigns"]
    assert line["name"] == "Win back"
    assert said("reach", "a.toml", data=daemon)["estimate"]["qualified"] == 0


def test_a_person_reads_the_campaign_and_can_take_its_definition_away(daemon: str) -> None:
    drafted = run("campaign", "draft", "a.toml", *BY, "--data", daemon)
    assert "Drafted “Win back”" in flat(drafted.output)
    shown = run("campaign", "show", "Win back", "--data", daemon)
    assert 'country is "NO"' in flat(shown.output)
    text = run("campaign", "show", "Win back", "--definition", "--data", daemon).stdout
    assert check(text, now_ms=0, zone="UTC") == campaign()
    assert said("campaign", "show", "Win back", "--definition", data=daemon)["name"] == "Win back"
    again = run("campaign", "draft", "-", *BY, "--data", daemon, text=text)
    assert "unchanged" in again.output


def test_a_campaign_that_is_not_there_is_refused_with_a_way_on(daemon: str) -> None:
    result = run("campaign", "show", "Nothing", "--data", daemon)
    assert result.exit_code == 1
    assert "clarion campaign list" in result.stderr
    assert run("campaign", "list", "--data", daemon).output.startswith("There is no campaign yet")


def test_a_definition_is_checked_without_a_daemon(definition: str) -> None:
    result = run("campaign", "check", definition)
    assert result.exit_code == 0
    assert 'country is "NO"' in flat(result.output)
    assert json.loads(run("campaign", "check", definition, "--json").stdout)["ok"] is True


def test_every_problem_of_a_definition_comes_with_its_line(definition: str) -> None:
    text = 'name = ""\nkind = "life"\n[limits]\ncap_total = 0\n[what]\nevent = 5\ncolour = "red"\n'
    result = run("campaign", "check", "-", text=text)
    assert result.exit_code == 1
    for place in (
        "line 1  name",
        "line 2  kind",
        "line 4  limits.cap",
        "line 6  what.ev",
        "line 7",
    ):
        assert place in result.stderr
    found = json.loads(run("campaign", "check", "-", "--json", text=text).stdout)
    assert [problem["line"] for problem in found["problems"]] == [1, 2, 4, 6, 7]


def test_the_schema_is_json(definition: str) -> None:
    assert json.loads(run("campaign", "schema").stdout)["title"] == "A Clarion campaign"


def test_a_check_shows_the_next_five_runs(here: Path) -> None:
    text = """
name = "Weekly"
kind = "past_behaviour"

[when]
start = "2026-03-02T09:00"
zone = "Asia/Tokyo"
repeat = { unit = "weeks", weekdays = ["monday"] }
"""
    (here / "w.toml").write_text(text)
    said = run("campaign", "check", "w.toml").stdout
    assert said.count("at 09:00 (Asia/Tokyo)") == 5
    coming = json.loads(run("campaign", "check", "w.toml", "--json").stdout)["next_runs"]
    assert [run["name"][10:] for run in coming] == ["T09:00[Asia/Tokyo]"] * 5
