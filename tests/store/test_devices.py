from domain.conditions import Missing, OneOf, Version
from domain.devices import FIELDS
from store import devices
from store.compiler import render

DEVICES = [{"os": "iOS", "app_version": "5.10"}, {"app_version": "5.9-beta", "os_version": "14"}]


def test_a_device_is_a_row_with_its_versions_twice() -> None:
    found = [
        dict(zip(("no", *devices.COLUMNS), row, strict=True))
        for row in devices.rows(7, {"devices": DEVICES})
    ]
    assert [row["no"] for row in found] == [7, 7]
    assert [row["app_version"] for row in found] == ["5.10", "5.9-beta"]
    assert [row["app_version_key"] for row in found] == ["0000000005.0000000010", None]
    assert [row["os_version_key"] for row in found] == [None, "0000000014"]


def test_every_field_has_a_column() -> None:
    assert set(FIELDS) <= set(devices.COLUMNS)


def test_all_conditions_are_asked_of_one_row() -> None:
    asked = (("os", OneOf(("iOS",))), ("app_version", Version(low="v5")), ("make", Missing()))
    question = render(devices.owners(asked))
    assert question.sql.count("FROM user_device") == 1
    assert sorted(question.values) == ["iOS", "v5"]


def test_a_field_that_devices_do_not_have_is_missing() -> None:
    assert "true" in render(devices.owners((("colour", Missing()),))).sql
    assert "false" in render(devices.owners((("colour", OneOf(("red",))),))).sql
