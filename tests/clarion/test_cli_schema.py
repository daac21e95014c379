from pathlib import Path

import pytest

from actors.mail import Answer, Done, Request
from actors.mail_schema import ShowSchema
from tests.clarion.doors import answering, plain
from tests.clarion.terminal import run


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ((), ShowSchema()),
        (("Order Completed",), ShowSchema("Order Completed")),
        (("--profiles",), ShowSchema(profiles=True)),
    ],
    ids=str,
)
def test_the_command_asks_the_desk_for_exactly_what_it_says(
    tmp_path: Path, arguments: tuple[str, ...], request_: Request
) -> None:
    asked: list[Request] = []

    async def desk(request: Request) -> Answer:
        asked.append(request)
        return Done(message="It is so.")

    with answering(tmp_path, plain(desk)):
        result = run("schema", *arguments, "--data", str(tmp_path))
    assert (result.exit_code, result.output) == (0, "It is so.\n")
    assert asked == [request_]


def test_an_event_and_profiles_at_once_are_a_wrong_call(tmp_path: Path) -> None:
    result = run("schema", "A", "--profiles", "--data", str(tmp_path))
    assert result.exit_code == 2
