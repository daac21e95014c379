import logging
from collections import Counter

import pytest

from bot.replay import Verification
from bot.wizard import reaching
from tests.bot.fake_desk import NOW_MS
from tests.bot.hostile import ACCEPTED, accepted, verdict
from tests.bot.hostile_play import Play, played
from tests.bot.hostile_wizard import steps_reached
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import SECRET, signed

REQUESTS, PAYLOADS = 3_000, 250
"""`make hostile` tries 100,000 of each."""


def test_a_genuine_request_gets_past_the_door() -> None:
    assert verdict(Verification(SECRET, lambda: NOW_MS), ("a=b", signed("a=b"))) == ACCEPTED


@pytest.mark.parametrize("seed", [1, 2])
def test_no_forged_request_gets_past_the_door(seed: int) -> None:
    assert accepted(seed, REQUESTS) == 0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the count of a reach, nor for what Slack takes in a minute."""
    monkeypatch.setattr(reaching, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(reaching, "DRAWN_PER_MINUTE_MAX", 10**9)


@pytest.mark.usefixtures("hurried")
async def test_no_payload_ends_the_bot_or_shows_a_person_a_traceback(
    slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    shown = await played(3, PAYLOADS, slack)
    assert (shown.tracebacks, +shown.failed, +shown.odd_views) == ([], Counter(), Counter())
    assert sum(shown.statuses.values()) == PAYLOADS
    assert set(shown.statuses) <= {200, 400, 401, 404}


@pytest.mark.usefixtures("hurried")
async def test_every_step_of_the_wizard_hears_every_kind_of_payload(
    slack: SlackStub,
) -> None:
    play, missing = Play(1, slack), steps_reached()
    while missing:
        sent = play.wizard.next()
        if (sent.kind, sent.step) in missing:
            missing.discard((sent.kind, sent.step))
            await play.hear(sent)
    assert set(+play.shown.reached) == steps_reached()
