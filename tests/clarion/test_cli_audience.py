import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.mail import Answer, Done, Refused, Request
from actors.mail_audience import (
    AudienceLine,
    Audiences,
    AudienceShown,
    Estimate,
    ExportAudience,
    Exported,
    ListAudiences,
    ListLine,
    ReachAudience,
    Reached,
    SaveAudience,
    ShowAudience,
)
from actors.mail_text import CheckAudienceText
from domain.audience import CustomList, Did, Not
from domain.problem import Problem
from tests.clarion.doors import ANA, answering, plain, real_desk
from tests.clarion.terminal import flat, run

WHO = Not(Did("Order Completed", days=30))
TEXT = """\
[who]
type = "not"
of = { type = "did", event = "Order Completed", days = 30 }
"""
MAY = 1_777_600_000_000
ESTIMATE = Estimate(9, 4, 1, 0, 4, 12, {"system": 1, "campaign": 3}, ('2 users have an odd "x"',))
ANSWERS: dict[type, Answer] = {
    SaveAudience: Done("Saved “Buyers”, version 2."),
    ListAudiences: Audiences(
        (AudienceLine("Buyers", 2, ANA, MAY),),
        (ListLine("VIPs", 3, 1_000, 20, 4, ANA, MAY),),
    ),
    ShowAudience: AudienceShown("Buyers", 1, 2, WHO, ANA, MAY, ("Win back",)),
    ReachAudience: Reached(ESTIMATE),
    ExportAudience: Exported("/x/out.csv", 1_234, 1_500),
    CheckAudienceText: Refused("No.", "", (Problem("who.of.daze", "Unknown.", "Days?", line=3),)),
}


@pytest.fixture(autouse=True)
def data(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLARION_DATA", str(here))


@pytest.fixture
def asked(here: Path) -> Iterator[list[Request]]:
    (here / "who.toml").write_text(TEXT)
    requests: list[Request] = []

    async def ask(request: Request) -> Answer:
        requests.append(request)
        return ANSWERS[type(request)]

    with answering(here, plain(ask)):
        yield requests


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        (("save", "Buyers", "who.toml", "--as", ANA), SaveAudience("Buyers", WHO, ANA)),
        (("list",), ListAudiences()),
        (("show", "Buyers", "--version", "1"), ShowAudience("Buyers", 1)),
        (("reach", "Buyers"), ReachAudience("Buyers")),
    ],
)
def test_each_command_asks_what_it_says(
    asked: list[Request], arguments: tuple[str, ...], request_: Request
) -> None:
    assert run("audience", *arguments).exit_code == 0
    assert asked == [request_]


def test_a_file_of_users_is_named_as_seen_from_here(asked: list[Request], here: Path) -> None:
    more = ("--profile", "email", "--profile", "address.city", "--sample", "5")
    result = run("audience", "export", "Buyers", "out.csv", "--as", ANA, *more)
    path = str(here / "out.csv")
    assert asked == [ExportAudience("Buyers", path, ANA, ("email", "address.city"), 5)]
    assert "1,234 users in 1.5 s" in flat(result.stdout)


def test_what_is_saved_is_listed_beside_the_lists(asked: list[Request]) -> None:
    shown = flat(run("audience", "list").stdout)
    for part in ("Buyers", "VIPs", "1,000", "20", "2026-05-01"):
        assert part in shown


def test_an_audience_is_shown_in_plain_english(asked: list[Request]) -> None:
    shown = flat(run("audience", "show", "Buyers").stdout)
    assert "not: did not do" not in shown
    assert 'not: did "Order Completed" at least once in the last 30 days' in shown
    assert "version 1 (the latest is 2)" in shown
    assert "Named by: Win back." in shown


def test_its_definition_can_be_saved_again(asked: list[Request], here: Path) -> None:
    text = run("audience", "show", "Buyers", "--definition").stdout
    (here / "again.toml").write_text(text)
    assert run("audience", "save", "Buyers", "again.toml", "--as", ANA).exit_code == 0
    assert asked[-1] == SaveAudience("Buyers", WHO, ANA)


def test_the_reach_names_each_control_group_and_what_may_surprise(asked: list[Request]) -> None:
    shown = flat(run("audience", "reach", "Buyers").stdout)
    assert "Control group: system 1" in shown
    assert "Control group: campaign 3" in shown
    assert '! 2 users have an odd "x".' in shown


def test_a_program_gets_json(asked: list[Request]) -> None:
    told = json.loads(run("audience", "reach", "Buyers", "--json").stdout)
    assert (told["type"], told["estimate"]["qualified"]) == ("Reached", 9)


def test_a_file_with_problems_is_told_so_with_their_lines(asked: list[Request], here: Path) -> None:
    wrong = TEXT.replace("days = 30", "daze = 30")
    (here / "who.toml").write_text(wrong)
    result = run("audience", "save", "Buyers", "who.toml", "--as", ANA)
    assert (result.exit_code, asked) == (1, [CheckAudienceText(wrong, "Buyers")])
    assert "line 3 who.of.daze" in flat(result.stderr)


def test_what_the_daemon_finds_wrong_has_its_line_too(here: Path) -> None:
    (here / "who.toml").write_text('[who]\ntype = "list"\nname = "VIPs"\n')

    async def ask(request: Request) -> Answer:
        assert request == SaveAudience("Buyers", CustomList("VIPs"), ANA)
        return Refused("It has a problem.", "", (Problem("who.name", "No such list.", "Make it."),))

    with answering(here, plain(ask)):
        result = run("audience", "save", "Buyers", "who.toml", "--as", ANA)
    assert result.exit_code == 1
    assert "line 3 who.name" in flat(result.stderr)


def test_what_its_conditions_may_not_say_is_told_with_the_names_that_are_not_there(
    here: Path,
) -> None:
    (here / "who.toml").write_text(
        '[who]\ntype = "all"\nof = [\n{ type = "list", name = "VIPs" },\n'
        '{ type = "did", event = "Bought", days = 0 },\n]\n'
    )
    with answering(here, real_desk(here)):
        result = run("audience", "save", "Buyers", "who.toml", "--as", ANA)
    assert result.exit_code == 1
    assert "line 4 who.of[0].name" in flat(result.stderr)
    assert "line 5 who.of[1].days" in flat(result.stderr)


def test_what_is_wrong_with_its_shape_hides_no_rule_and_no_name(here: Path) -> None:
    (here / "who.toml").write_text(
        '[who]\ntype = "all"\nof = [\n{ type = "list", name = "VIPs" },\n'
        '{ type = "did", event = "Bought", days = 0 },\n{ type = "did", event = 5 },\n'
        '{ type = "saved", name = "Buyers" },\n]\n'
    )
    with answering(here, real_desk(here)):
        result = run("audience", "save", "Buyers", "who.toml", "--as", ANA, "--json")
    found = json.loads(result.stdout)["problems"]
    assert [(one["line"], one["where"]) for one in found] == [
        (4, "who.of[0].name"),
        (5, "who.of[1].days"),
        (6, "who.of[2].event"),
        (7, "who.of[3].name"),
    ]
    without = run("audience", "save", "Buyers", "who.toml", "--as", ANA)
    assert "line 6 who.of[2].event" in flat(without.stderr)


def test_an_audience_lives_from_the_command_line_alone(here: Path) -> None:
    (here / "who.toml").write_text(TEXT)
    with answering(here, real_desk(here)):
        saved = run("audience", "save", "Buyers", "who.toml", "--as", ANA)
        assert saved.exit_code == 0, saved.stderr
        for command in ("reach", "show"):
            assert run("audience", command, "buyers").exit_code == 0
        exported = run("audience", "export", "Buyers", "out.csv", "--as", ANA)
        assert exported.exit_code == 0, exported.stderr
        assert run("audience", "reach", "Payers").exit_code == 1
    assert (here / "out.csv").read_text() == "Type,Identity\n"
