import json

import pytest

from bot.replay import SEEN_MS_MAX, Seen
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.wire import ANA, Wire, signed


async def test_a_request_that_is_sent_again_changes_nothing(wire: Wire, desk: FakeDesk) -> None:
    desk.keep(draft(PAST, state="running"))
    body = wire.command_body(ANA, "pause Spring sale")
    first, again = await wire.send(body), await wire.send(body)
    assert (first.status, again.status, again.body) == (200, 200, "")
    assert len(desk.asked) == 1


async def test_a_replay_is_known_as_long_as_its_signature_is_valid(
    wire: Wire, desk: FakeDesk
) -> None:
    body = wire.command_body(ANA, "list")
    headers = signed(body, at_ms=NOW_MS + 299_000)
    await wire.send(body, headers)
    wire.now_ms = NOW_MS + 598_000
    await wire.send(body, headers)
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=é"},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": str(NOW_MS // 1000 + 1)},
    ],
)
async def test_a_request_that_is_not_genuine_is_refused_and_changes_nothing(
    wire: Wire, desk: FakeDesk, changed: dict[str, str]
) -> None:
    body = wire.command_body(ANA, "list")
    response = await wire.send(body, signed(body) | changed)
    assert (response.status, desk.asked) == (401, [])


@pytest.mark.parametrize("late_ms", [301_000, -301_000])
async def test_an_old_signature_is_refused(wire: Wire, desk: FakeDesk, late_ms: int) -> None:
    body = wire.command_body(ANA, "list")
    response = await wire.send(body, signed(body, at_ms=NOW_MS - late_ms))
    assert (response.status, desk.asked) == (401, [])


async def test_another_apps_secret_signs_nothing(wire: Wire, desk: FakeDesk) -> None:
    body = wire.command_body(ANA, "list")
    response = await wire.send(body, signed(body, secret="another"))
    assert (response.status, desk.asked) == (401, [])


async def test_an_event_that_slack_sends_again_is_answered_again(wire: Wire) -> None:
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened"}}
    statuses = []
    for attempt in range(2):
        body = json.dumps(event | {"attempt": attempt})
        headers = signed(body) | {"content-type": "application/json"}
        statuses.append((await wire.send(body, headers)).status)
    assert statuses == [200, 200]


def test_what_was_seen_is_forgotten_after_ten_minutes() -> None:
    now = [0]
    seen = Seen(lambda: now[0])
    assert seen.is_new("a")
    now[0] = SEEN_MS_MAX - 1
    assert not seen.is_new("a")
    now[0] = SEEN_MS_MAX
    assert seen.is_new("a")
