from typing import Any

import pytest

from domain.behaviour import Filter
from domain.conditions import Exists, Never, OneOf, Version
from domain.devices import DEVICES_MAX, device_condition, devices


def test_only_texts_in_known_fields_count() -> None:
    held = [{"os": "iOS", "colour": "red", "app_version": 5}, "x", None, {}]
    assert devices({"devices": held}) == [{"os": "iOS"}, {}]


@pytest.mark.parametrize("held", [None, "x", {"os": "iOS"}, 5])
def test_what_is_no_list_has_no_devices(held: Any) -> None:
    assert devices({"devices": held}) == []


def test_the_newest_devices_count() -> None:
    held = [{"model": str(n)} for n in range(DEVICES_MAX + 5)]
    assert [each["model"] for each in devices({"devices": held})] == [
        str(n) for n in range(5, DEVICES_MAX + 5)
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Filter("app_version", "<", "5.10"), Version(high="5.10", ends_included=False)),
        (Filter("os_version", ">=", "14"), Version(low="14")),
        (Filter("sdk_version", "between", ("1", "2")), Version("1", "2")),
        (Filter("app_version", "equals", "5.10"), OneOf(("5.10",))),
        (Filter("push_token", "exists"), Exists()),
        (Filter("app_version", "<", 5), Never()),
        (Filter("app_version", "between", ("1",)), Never()),
        (Filter("model", "<", "5"), Never()),
        (Filter("os_version", "after", "2026-03-29"), Never()),
    ],
)
def test_a_comparison_asks_for_texts_or_versions(asked: Filter, expected: Any) -> None:
    assert device_condition(asked) == expected
