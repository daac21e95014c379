from typing import Any

import msgspec
import pytest

from domain.device_seen import joined, of_context, put
from domain.devices import DEVICES_MAX
from domain.profile_limits import VALUE_CHARS_MAX

NOW = 1_774_774_800_000  # 2026-03-29T09:00:00Z
CONTEXT: dict[str, Any] = {
    "device": {"id": "d1", "manufacturer": "Apple", "model": "iPhone14,2", "token": "t1"},
    "app": {"version": "5.10"},
    "os": {"name": "iOS", "version": 18.1},
    "library": {"version": "1.6.2"},
}


def told(context: object, anonymous_id: str | None = "a1") -> dict[str, str]:
    return of_context(context, anonymous_id=anonymous_id, time_ms=NOW)


def test_a_context_of_an_app_tells_every_field_of_its_device() -> None:
    assert told(CONTEXT) == {
        "seen": "2026-03-29",
        "id": "d1",
        "push_token": "t1",
        "app_version": "5.10",
        "os": "iOS",
        "os_version": "18.1",
        "model": "iPhone14,2",
        "make": "Apple",
        "sdk_version": "1.6.2",
    }


def test_a_device_without_an_id_is_known_by_the_anonymous_id_or_its_token() -> None:
    app = {"app": {"version": "1"}}
    assert told(app)["id"] == "a1"
    assert told(app, None) == {}
    assert "id" not in told({"device": {"token": "t1"}}, None)


@pytest.mark.parametrize(
    "context",
    [None, 7, {}, {"library": {"version": "2"}}, {"device": 3, "app": []}, {"os": {"name": "x"}}],
)
def test_a_context_that_names_no_app_or_machine_tells_of_no_device(context: object) -> None:
    assert told(context) == {}


def test_a_table_is_never_longer_than_a_value_may_be() -> None:
    found = told({**CONTEXT, "app": {"version": "x" * 600}})
    assert len(msgspec.json.encode(found)) <= VALUE_CHARS_MAX
    assert "app_version" not in found
    assert found["make"] == "Apple"


def test_a_device_that_is_seen_again_keeps_one_table_with_its_newest_values() -> None:
    held = put(put([], {"id": "d1", "seen": "2026-03-01", "os": "iOS"}), {"id": "d2"})
    again = put(held, {"id": "d1", "seen": "2026-03-02", "app_version": "6"})
    assert again == [
        {"id": "d2"},
        {"id": "d1", "seen": "2026-03-02", "os": "iOS", "app_version": "6"},
    ]
    assert put(again, {"id": "d1", "seen": "2026-03-02", "app_version": "6"}) is again


def test_what_comes_late_makes_no_app_older() -> None:
    held = [{"id": "d1", "seen": "2026-03-02", "app_version": "6"}]
    late = {"id": "d1", "seen": "2025-03-02", "app_version": "5", "os": "iOS"}
    assert put(held, late) == [{**held[0], "os": "iOS"}]


def test_a_token_finds_its_device() -> None:
    held = [{"id": "d1", "push_token": "t1"}]
    assert len(put(held, {"push_token": "t1", "app_version": "6"})) == 1


def test_only_the_devices_that_were_seen_last_are_kept_and_what_was_sent_whole_stays() -> None:
    held: list[Any] = [{"os": "by hand"}]
    for day in range(1, DEVICES_MAX + 3):
        held = put(held, {"id": f"d{day}", "seen": f"2026-03-{day:02}"})
    assert [each.get("id") for each in held][:2] == [None, "d3"]
    assert len(held) == DEVICES_MAX + 1


def test_two_users_who_are_one_person_have_each_device_once() -> None:
    older: list[Any] = [{"id": "d1", "seen": "2026-03-01", "app_version": "5"}, {"os": "x"}, 3]
    newer: list[Any] = [{"id": "d1", "seen": "2026-03-02", "app_version": "6"}, {"os": "x"}]
    both = joined(older, newer)
    assert both == [{"os": "x"}, 3, {"id": "d1", "seen": "2026-03-02", "app_version": "6"}]
