import pytest

from bot.wizard.asking import Asking
from bot.wizard.person_inputs import person_blocks
from bot.wizard.row import fresh_row
from bot.wizard.step import Page, StepName


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("property", ["property", "operator", "any"]),
        ("age", ["count_op", "count"]),
        ("gender", ["choice"]),
        ("reachability", ["choice"]),
        ("geography", ["country", "region", "city"]),
        ("near", ["circles"]),
        ("device", ["where_property_1_0", "where_operator_1_0", "where_device_1_0"]),
    ],
)
def test_each_kind_asks_what_it_needs_and_can_be_turned_around(kind: str, asked: list[str]) -> None:
    shown = person_blocks(Asking(StepName.WHO, Page("UTC")), fresh_row(1, kind))
    names = [each["block_id"].removeprefix("who.").removesuffix("_1") for each in shown]
    assert names == [*asked, "boxes"]


def test_a_choice_that_is_shown_as_made_is_made() -> None:
    for kind in ("gender", "reachability"):
        row = fresh_row(1, kind)
        shown = person_blocks(Asking(StepName.WHO, Page("UTC")), row)[0]
        assert shown["element"]["initial_option"]["value"] == row.choice
