import logging

import pytest

from bot.replay import Verification
from tests.bot.fake_desk import NOW_MS
from tests.bot.hostile import ACCEPTED, accepted, played, verdict
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import SECRET, signed

REQUESTS, PAYLOADS = 3_000, 250
"""`make hostile` tries 100,000 of each."""


def test_a_genuine_request_gets_past_the_door() -> None:
    assert verdict(Verification(SECRET, lambda: NOW_MS), ("a=b", signed("a=b"))) == ACCEPTED


@pytest.mark.parametrize("seed", [1, 2])
def test_no_forged_request_gets_past_the_door(seed: int) -> None:
    assert accepted(seed, REQUESTS) == 0


async def test_no_payload_ends_the_bot_or_shows_a_person_a_traceback(
    slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    shown = await played(3, PAYLOADS, slack)
    assert shown.tracebacks == []
    assert sum(shown.statuses.values()) == PAYLOADS
    assert set(shown.statuses) <= {200, 400, 401, 404}
