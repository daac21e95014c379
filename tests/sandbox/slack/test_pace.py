import pytest

from sandbox.slack.pace import PER_MINUTE, Pace
from sandbox.slack.refusal import Refused
from sandbox.slack.web_api import METHODS
from tests.sandbox.slack.bots import Clock


def test_a_channel_takes_a_short_burst_and_then_one_a_second(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(5):
        pace.check_post("C1")
    with pytest.raises(Refused, match="ratelimited") as refused:
        pace.check_post("C1")
    assert refused.value.retry_after == 1
    clock.seconds += 1
    pace.check_post("C1")


def test_another_channel_has_its_own_pace(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(5):
        pace.check_post("C1")
    pace.check_post("C2")


def test_a_method_of_tier_two_takes_twenty_a_minute(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(20):
        pace.check_method("users.list")
    with pytest.raises(Refused) as refused:
        pace.check_method("users.list")
    assert refused.value.retry_after == 3


def test_every_method_has_its_pace() -> None:
    assert {*METHODS, "apps.connections.open"} == set(PER_MINUTE)
