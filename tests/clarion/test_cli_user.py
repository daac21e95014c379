import json
from pathlib import Path

import pytest

from actors.mail import Done, Request
from actors.mail_people import EraseUser, ShowUser, SuppressUser
from tests.clarion.doors import ANA, answering, heard, real_desk
from tests.clarion.terminal import flat, run

BY = ("--as", ANA)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        (("show", "u1"), ShowUser("u1")),
        (("suppress", "u1", *BY), SuppressUser("u1", ANA)),
        (("unsuppress", "u1", *BY), SuppressUser("u1", ANA, suppressed=False)),
        (("erase", "u1", *BY), EraseUser("u1", ANA)),
        (("erase", "u1", "--yes", *BY), EraseUser("u1", ANA, yes=True)),
    ],
    ids=str,
)
def test_each_command_asks_the_desk_for_exactly_what_it_says(
    tmp_path: Path, arguments: tuple[str, ...], request_: Request
) -> None:
    with heard(tmp_path, Done(message="It is so.")) as asked:
        result = run("user", *arguments, "--data", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "It is so.\n")
    assert asked == [request_]


def test_a_real_desk_erases_only_when_it_is_told_twice(tmp_path: Path) -> None:
    at = ("--data", str(tmp_path))
    with answering(tmp_path, real_desk(tmp_path)):
        refused = run("user", "erase", "u1", *BY, *at)
        done = run("user", "erase", "u1", "--yes", *BY, *at)
        shown = run("user", "show", "u1", "--json", *at)
    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "Of u1 there is: nothing." in refused.stderr
    assert "u1 is erased: there was nothing. Nobody of this id is known" in flat(done.stdout)
    assert json.loads(shown.stdout)["standing"] == "erased"
