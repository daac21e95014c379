from typing import Any

from hypothesis import given

from domain.campaign import Campaign, plain
from domain.decoding import fits
from domain.mending import mend
from tests.domain.definitions import campaigns, sweep


@sweep
@given(campaigns())
def test_what_fits_is_left_as_it_is(campaign: Campaign) -> None:
    data = plain(campaign)
    assert mend(data, Campaign) == data


def test_only_what_does_not_fit_is_replaced() -> None:
    data: dict[str, Any] = {
        "kind": "live",
        "name": 5,
        "unknown": 1,
        "trigger": {"where": [{"property": "a", "op": "in", "value": 1}, {"op": "exists"}]},
        "who": {"type": "all", "of": [{"type": "did", "event": "A", "days": 0}, {"type": "x"}]},
        "limits": {"cap_total": "5", "cap_per_day": -1},
        "what": {"key_values": {"a": "{{", "b": 1}},
    }
    mended = mend(data, Campaign)
    assert fits(mended, Campaign)
    assert mended == {
        "kind": "live",
        "name": "x",
        "trigger": {
            "event": "x",
            "where": [
                {"property": "a", "op": "in", "value": 1},
                {"property": "x", "op": "exists"},
            ],
        },
        "who": {
            "type": "all",
            "of": [{"type": "did", "event": "A", "days": 0}, {"type": "all", "of": []}],
        },
        "limits": {"cap_total": None, "cap_per_day": -1},
        "what": {"key_values": {"a": "{{", "b": "x"}},
    }
