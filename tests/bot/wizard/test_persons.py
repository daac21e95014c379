import pytest

from bot.menus import OPTIONS_MAX
from bot.wizard.operands import Compared
from bot.wizard.persons import row_of_person, say_person
from bot.wizard.reading import Reading
from bot.wizard.row import Row
from domain.audience import (
    Age,
    Device,
    Filter,
    Gender,
    Geography,
    Near,
    Place,
    Property,
    Reachability,
)
from domain.people import Trait

VERSIONS = (Filter("os", "in", ("iOS", "a, b")), Filter("app_version", "between", ("5.9", "5.10")))


def block(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}.{no}"


def said(row: Row) -> tuple[Trait, dict[str, str]]:
    reading = Reading()
    return say_person(row, reading, block), reading.errors


@pytest.mark.parametrize(
    "node",
    [
        Property("plan", "equals", "pro"),
        Age(">=", 18),
        Age("between", (18, 30)),
        Gender("other"),
        Reachability("unsubscribed_sms"),
        Geography(("NO", "SE"), (), ("Oslo",)),
        Near((Place(59.91, 10.75, 25), Place(-60, 0.5, 1.5))),
        Device((*VERSIONS, Filter("push_token", "exists"), Filter("sdk_version", "<", "5.10"))),
    ],
)
def test_who_people_are_is_entered_as_it_is_said(node: Trait) -> None:
    row = row_of_person(node, 7)
    assert row is not None
    assert row.no == 7
    again, errors = said(row)
    assert repr(again) == repr(node)
    assert errors == {}


def test_a_version_is_never_read_as_a_number() -> None:
    row = Row(0, "device", where=(Compared(0, "app_version", "<", " 5.10 "),))
    assert said(row)[0] == Device((Filter("app_version", "<", "5.10"),))


def test_places_are_read_with_or_without_their_unit() -> None:
    row = Row(0, "near", circles="59.91, 10.75, 25 km\n\n 1,2,3 KM ")
    assert said(row) == (Near((Place(59.91, 10.75, 25), Place(1, 2, 3))), {})


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row(0, "near", circles="Oslo, 25"), {"circles"}),
        (Row(0, "near", circles="true, 1, 2"), {"circles"}),
        (Row(0, "device", where=(Compared(4, "os"),)), {"where_device.4"}),
        (Row(0, "age", count=""), {"count"}),
        (Row(0, "property"), {"any"}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_input(row: Row, wrong: set[str]) -> None:
    assert set(said(row)[1]) == wrong


@pytest.mark.parametrize(
    "node",
    [
        Geography(tuple(f"c{n}" for n in range(OPTIONS_MAX + 1))),
        Geography(("NO", "NO")),
        Near(tuple(Place(59.123456, 10.123456, 25) for _ in range(150))),
        Device(()),
        Device((Filter("colour", "equals", "red"),)),
        Device((Filter("os", "in", tuple("x" * 900 for _ in range(4))),)),
    ],
)
def test_what_the_inputs_have_no_room_for_is_no_row(node: Trait) -> None:
    assert row_of_person(node, 0) is None
