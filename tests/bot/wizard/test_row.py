import pytest

from bot.wizard.reading import Reading
from bot.wizard.row import ALSO, KINDS, NOT, ZERO, Row, boxes_of, fresh_row, ticked
from bot.wizard.row_places import block_of
from bot.wizard.rows import say_row


@pytest.mark.parametrize(
    ("kind", "boxes"),
    [
        ("did", {"also", "clock", "zero", "not"}),
        ("did_not", {"also", "clock"}),
        ("did_average", {"also", "clock", "zero", "not"}),
        ("did_share", {"also", "clock", "not"}),
        ("age", {"not"}),
        ("saved", set()),
        ("kept", set()),
    ],
)
def test_a_kind_has_the_boxes_that_change_what_it_says(kind: str, boxes: set[str]) -> None:
    assert set(boxes_of(kind)) == boxes


def test_a_box_of_another_kind_says_nothing() -> None:
    assert ticked(Row(0, "did", boxes=(ZERO, NOT)), NOT)
    assert not ticked(Row(0, "did_first", boxes=(ZERO,)), ZERO)
    assert not ticked(Row(0, "did"), ALSO)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_fresh_condition_can_be_said_at_once_whatever_it_still_lacks(kind: str) -> None:
    row = fresh_row(3, kind)
    assert (row.no, row.kind) == (3, kind)
    say_row(row, Reading(), block_of(row))
