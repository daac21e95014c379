import json
from pathlib import Path

import pytest

from actors.mail import Answer, Done, Request
from actors.mail_trust import DropAside, ListAside, RetryAside, ShowAside
from tests.clarion.doors import ANA, answering, plain, real_desk
from tests.clarion.terminal import run

BY = ("--as", ANA)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        (("list",), ListAside()),
        (("list", "--campaign", "a", "--limit", "7"), ListAside("a", 7)),
        (("show", "m1_a"), ShowAside("m1_a")),
        (("retry", "m1_a", "c_1:7", *BY), RetryAside(ANA, ("m1_a", "c_1:7"))),
        (("retry", "--campaign", "a", "--all", "--yes", *BY), RetryAside(ANA, (), "a", yes=True)),
        (("drop", "m1_a", *BY), DropAside(ANA, ("m1_a",))),
        (("drop", "--campaign", "a", "--all", *BY), DropAside(ANA, (), "a")),
    ],
    ids=str,
)
def test_each_command_asks_the_desk_for_exactly_what_it_says(
    tmp_path: Path, arguments: tuple[str, ...], request_: Request
) -> None:
    asked: list[Request] = []

    async def desk(request: Request) -> Answer:
        asked.append(request)
        return Done(message="It is so.")

    with answering(tmp_path, plain(desk)):
        result = run("dead", *arguments, "--data", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "It is so.\n")
    assert asked == [request_]


@pytest.mark.parametrize(
    "arguments",
    [(), ("--all",), ("--campaign", "a"), ("m1_a", "--all", "--campaign", "a")],
    ids=str,
)
def test_half_a_wish_is_no_wish(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run("dead", "drop", *arguments, *BY, "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "`--campaign NAME --all`" in result.stderr


def test_a_real_desk_answers_and_refuses(tmp_path: Path) -> None:
    with answering(tmp_path, real_desk(tmp_path)):
        listed = run("dead", "list", "--json", "--data", str(tmp_path))
        refused = run("dead", "show", "m1_a", "--json", "--data", str(tmp_path))
    assert json.loads(listed.stdout) == {"type": "Aside", "lines": [], "more": False}
    assert (refused.exit_code, json.loads(refused.stdout)["type"]) == (1, "Refused")
