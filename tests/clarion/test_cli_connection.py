import json
from pathlib import Path

import pytest

from actors.mail import Answer, Request
from actors.mail_trust import ConfirmConnection, Connection, ConnectionStatus, VerifyConnection
from tests.clarion.doors import ANA, answering, plain, real_desk
from tests.clarion.terminal import run

BY = ("--as", ANA)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        (("status",), ConnectionStatus()),
        (("verify", *BY), VerifyConnection(ANA)),
        (("confirm", *BY, "--code", "ABC234"), ConfirmConnection(ANA, "ABC234")),
        (("confirm", *BY, "--code", "A", "--absent"), ConfirmConnection(ANA, "A", seen=False)),
    ],
    ids=str,
)
def test_each_command_asks_the_desk_for_exactly_what_it_says(
    tmp_path: Path, arguments: tuple[str, ...], request_: Request
) -> None:
    asked: list[Request] = []

    async def desk(request: Request) -> Answer:
        asked.append(request)
        return Connection("Verified.", verified=True, url="https://x.test")

    with answering(tmp_path, plain(desk)):
        result = run("connection", *arguments, "--data", str(tmp_path))
    assert result.exit_code == 0
    assert result.output.startswith("✓ Verified.")
    assert asked == [request_]


def test_a_segment_that_is_not_there_is_refused_with_what_to_check(tmp_path: Path) -> None:
    with answering(tmp_path, real_desk(tmp_path)):
        status = run("connection", "status", "--json", "--data", str(tmp_path))
        verify = run("connection", "verify", *BY, "--json", "--data", str(tmp_path))
    assert json.loads(status.stdout)["verified"] is False
    assert verify.exit_code == 1
    assert "segment.url" in json.loads(verify.stdout)["fix"]
