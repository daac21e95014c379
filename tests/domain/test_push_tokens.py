from typing import Any

from domain.push_tokens import Claim, claims, tokens, without

PHONE = {"id": "d1", "seen": "2026-03-01", "os": "iOS", "push_token": "t1"}
BARE = {"push_token": "t2"}


def held(*tables: Any) -> dict[str, Any]:
    return {"plan": "pro", "devices": list(tables)}


def test_tokens_have_the_day_on_which_they_were_seen_last() -> None:
    later = PHONE | {"id": "d2", "seen": "2026-03-02"}
    assert tokens(held(later, PHONE, BARE, "odd", {"push_token": 5})) == {
        "t1": "2026-03-02",
        "t2": "",
    }
    assert tokens({"devices": "odd"}) == tokens({}) == {}


def test_without_a_token_the_rest_of_the_device_stays() -> None:
    assert without(held(PHONE, BARE, "odd"), "t1") == held(
        {"id": "d1", "seen": "2026-03-01", "os": "iOS"}, BARE, "odd"
    )
    assert without(held(BARE), "t2") == held()
    assert without(held(PHONE), "t9") == held(PHONE)


def test_a_change_claims_what_is_new_or_newer() -> None:
    later = PHONE | {"seen": "2026-03-02"}
    assert claims("ann", held(PHONE), held(later, BARE), seq=7) == [
        Claim("t1", "ann", "2026-03-02", 7),
        Claim("t2", "ann", "", 7),
    ]
    assert claims("ann", held(PHONE), held(PHONE), seq=7) == []
