import pytest

from domain.campaign import Delivery
from domain.rules_delivery import delivery_problems


@pytest.mark.parametrize("minutes", [None, 1, 60, 4_320])
def test_a_message_may_wait_up_to_72_hours(minutes: int | None) -> None:
    assert list(delivery_problems(Delivery(expires_minutes=minutes))) == []


@pytest.mark.parametrize("minutes", [0, -1, 4_321, 10**9])
def test_a_message_waits_neither_for_no_time_nor_for_ever(minutes: int) -> None:
    (found,) = delivery_problems(Delivery(expires_minutes=minutes))
    assert found.where == "delivery.expires_minutes"
    assert found.fix == "Choose 1 to 4320 (72 hours), or leave it out."
