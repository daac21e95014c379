import pytest

from bot.wizard.amounts import read_age, read_amount, read_count, write_number
from bot.wizard.reading import Reading
from bot.wizard.row import Row
from domain.audience import Age, Amount, Count


def block(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}.{no}"


def test_numbers_are_read_as_they_were_typed() -> None:
    reading = Reading()
    assert read_count(Row(count="1,000"), reading, block) == Count(">=", 1_000)
    assert read_age(Row(count_op="between", count="18, 30"), reading, block) == Age(
        "between", (18, 30)
    )
    assert read_amount(Row(count_op="<", count="99.5"), reading, block) == Amount("<", 99.5)
    assert read_amount(Row(count_op="between", count="1, 2.5"), reading, block) == Amount(
        "between", (1, 2.5)
    )
    assert reading.errors == {}
    assert write_number((1, 2.5)) == "1, 2.5"


@pytest.mark.parametrize(
    ("count", "op", "wrong"),
    [
        ("", ">=", {"count": "How old? Enter a number."}),
        ("18", "between", {"counts": "Two numbers, such as 18, 30."}),
        ("18, 30.5", "between", {"counts": "Two numbers, such as 18, 30."}),
    ],
)
def test_what_is_no_age_is_said_in_words(count: str, op: str, wrong: dict[str, str]) -> None:
    reading = Reading()
    read_age(Row(count_op=op, count=count), reading, block)
    assert reading.errors == wrong


def test_true_is_no_amount() -> None:
    reading = Reading()
    read_amount(Row(count="true"), reading, block)
    assert set(reading.errors) == {"amount"}
