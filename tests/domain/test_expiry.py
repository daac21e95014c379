import pytest
from msgspec.structs import replace

from domain.campaign import Campaign, Delivery
from domain.expiry import LATE_MS_MAX, MINUTE_MS, expires_ms
from tests.domain.definitions import LIVE, PAST

DUE = 1_774_000_000_000
HOUR = 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("campaign", "after_ms"),
    [
        (LIVE, HOUR),
        (PAST, 72 * HOUR),
        (replace(LIVE, delivery=Delivery(expires_minutes=5)), 5 * MINUTE_MS),
        (replace(PAST, delivery=Delivery(expires_minutes=1)), MINUTE_MS),
    ],
)
def test_a_message_expires_so_long_after_it_fell_due(campaign: Campaign, after_ms: int) -> None:
    assert expires_ms(campaign, due_ms=DUE, fell_due_ms=DUE) == DUE + after_ms


@pytest.mark.parametrize("hours", [0, 1, 70, 71, 72, 200])
def test_what_falls_due_anew_expires_anew_but_never_beyond_72_hours(hours: int) -> None:
    found = expires_ms(LIVE, due_ms=DUE + hours * HOUR, fell_due_ms=DUE)
    assert found == DUE + min((hours + 1) * HOUR, LATE_MS_MAX)
