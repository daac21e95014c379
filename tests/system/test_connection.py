"""The set-up check with a real daemon, a local Segment and people in a local Slack."""

from pathlib import Path

import trio

from actors.mail import Answer, Request
from actors.mail_trust import Connection, ConnectionStatus, VerifyConnection
from clarion.client import ask
from clarion.marketer import Marketer
from clarion.socket_file import socket_path
from clarion.stage import Stage
from sandbox.slack import ALERTS, ANA, BEN
from tests.patience import PATIENCE_SECONDS
from tests.system.acting import on_stage


async def asked(stage: Stage, request: Request) -> Connection:
    answer: Answer = await trio.to_thread.run_sync(ask, socket_path(stage.data), request)
    assert isinstance(answer, Connection), answer
    return answer


async def test_a_person_finds_the_test_event_and_says_so_on_the_card(tmp_path: Path) -> None:
    async with on_stage(tmp_path, users=1, rate=10) as stage:
        sent = await asked(stage, VerifyConnection(by=ANA))
        assert sent.check is not None
        code = sent.check.code
        with trio.fail_after(PATIENCE_SECONDS):
            await stage.segment.wait_until(lambda: bool(stage.segment.accepted))
        (event,) = stage.segment.accepted
        assert event.body["properties"] == {"is_test": True, "code": code}
        ben = Marketer(stage.slack, BEN, patience_seconds=PATIENCE_SECONDS)
        card = await ben.sees(ALERTS, code, button="I see it")
        await ben.presses(card, "I see it")
        await ben.sees(ALERTS, "The connection to Segment works", code)
        assert (await asked(stage, ConnectionStatus())).verified
