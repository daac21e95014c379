import logging

import pytest
import trio
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from trio.testing import MockClock

from actors.mail import Announcement
from bot.retries import RETRY_SECONDS, Retries, Stuck

CARD, NOTICE = Announcement(1, "card", "c1", "", ""), Announcement(2, "notice", "c1", "", "")


def says(error: str, retry_after: str = "") -> SlackApiError:
    headers = {"Retry-After": retry_after} if retry_after else {}
    response = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"error": error},
        headers=headers, status_code=200,
    )  # fmt: skip
    return SlackApiError("no", response)  # type: ignore[no-untyped-call]


async def test_each_failure_waits_longer_and_never_longer_than_the_last(
    autojump_clock: MockClock,
) -> None:
    retries, waited = Retries(), []
    for _ in range(8):
        retries.put_off(CARD, OSError())
        began = trio.current_time()
        while retries.waits(CARD):  # noqa: ASYNC110 - it is time that is waited for
            await trio.sleep(0.5)
        waited.append(trio.current_time() - began)
    assert waited == [*RETRY_SECONDS, RETRY_SECONDS[-1], RETRY_SECONDS[-1]]


async def test_slack_is_left_alone_as_long_as_it_asks(autojump_clock: MockClock) -> None:
    retries = Retries()
    retries.put_off(CARD, says("ratelimited", "7"))
    await trio.sleep(6.9)
    assert retries.waits(CARD)
    await trio.sleep(0.2)
    assert not retries.waits(CARD)
    assert not retries.waits(NOTICE)


async def test_what_waits_is_counted_since_the_first_failure_until_it_is_told(
    autojump_clock: MockClock,
) -> None:
    retries = Retries()
    assert retries.stuck() is None
    retries.put_off(CARD, says("not_in_channel"))
    await trio.sleep(60)
    retries.put_off(NOTICE, says("is_archived"))
    retries.put_off(CARD, says("not_in_channel"))
    assert retries.stuck() == Stuck(2, 60.0, "not_in_channel")
    retries.told(CARD)
    assert retries.stuck() == Stuck(1, 0.0, "is_archived")
    retries.keep(set())
    assert retries.stuck() is None


async def test_a_day_without_slack_is_told_at_its_beginning_and_a_fault_of_ours_each_time(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    retries = Retries()
    for _ in range(20):
        retries.put_off(CARD, says("internal_error"))
    assert len(caplog.records) == len(RETRY_SECONDS)
    retries.put_off(NOTICE, RuntimeError("broken"))
    assert [record.levelname for record in caplog.records[-2:]] == ["ERROR", "WARNING"]
