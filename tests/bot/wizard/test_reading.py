import pytest

from bot.wizard.reading import Reading
from domain.audience import Filter


@pytest.mark.parametrize(
    ("text", "number"), [("", None), (" 1,000 ", 1000), ("-3", -3), ("007", 7)]
)
def test_a_whole_number_is_read_as_people_write_it(text: str, number: int | None) -> None:
    reading = Reading()
    assert reading.whole("cap", text) == number
    assert reading.errors == {}


@pytest.mark.parametrize("text", ["many", "1.5", "٣", "9" * 16, "1e3"])
def test_what_is_no_whole_number_is_said_at_its_input(text: str) -> None:
    reading = Reading()
    assert reading.whole("cap", text, "1000") is None
    assert reading.errors == {"cap": "A whole number, such as 1000."}


def test_comparisons_are_read_line_by_line() -> None:
    reading = Reading()
    assert reading.filters("where", "price > 5") == (Filter("price", ">", 5),)
    assert reading.filters("where", "nonsense") == ()
    assert "no comparison" in reading.errors["where"]


def test_the_first_word_about_an_input_counts() -> None:
    reading = Reading()
    reading.wrong("a", "First.")
    reading.wrong("a", "Second.")
    assert reading.errors == {"a": "First."}
