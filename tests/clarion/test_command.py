import inspect
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from actors.mail import Answer, Done, ListAll, Request, Show
from clarion.cli_common import NameArgument, Where
from clarion.command import asks, group
from tests.clarion.doors import answering, plain

app = group("things", "Things that one can look at.")


@app.command("list")
@asks
def list_() -> ListAll:
    """List them."""
    return ListAll()


@app.command()
@asks
def show(name: NameArgument) -> Show:
    """Show one."""
    return Show(name=name)


@app.command()
@asks
def say(call: Where, name: NameArgument) -> Request | None:
    """Ask, unless there is nothing to ask."""
    if name == "nothing":
        typer.echo(f"In {call.folder.name}, {call.json}.")
        return None
    return Show(name=name)


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("list",), [ListAll()]),
        (("show", "a"), [Show(name="a")]),
        (("say", "a"), [Show(name="a")]),
        (("say", "nothing"), []),
    ],
    ids=str,
)
def test_a_command_asks_what_its_function_returns(
    tmp_path: Path, arguments: tuple[str, ...], asked: list[Request]
) -> None:
    heard: list[Request] = []

    async def desk(request: Request) -> Answer:
        heard.append(request)
        return Done(message="It is so.")

    with answering(tmp_path, plain(desk)):
        result = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)])
    assert heard == asked
    assert result.output == ("It is so.\n" if asked else f"In {tmp_path.name}, False.\n")


def test_every_command_has_the_same_three_options_after_its_own() -> None:
    for command, own in ((list_, []), (show, ["name"]), (say, ["name"])):
        assert list(inspect.signature(command).parameters) == [*own, "config", "data", "json"]
    result = CliRunner().invoke(app, ["show", "--help"])
    assert "Show one." in result.output
    assert "--data FOLDER" in result.output


def test_a_group_alone_shows_its_help() -> None:
    assert "Things that one can look at." in CliRunner().invoke(app, []).output
