import pytest

from bot.menus import LongNames
from bot.refs import Memo
from bot.sample_form import SAMPLE_MAX, Sample, read_sample_form, sample_form
from tests.bot.oracle import view_problems
from tests.bot.wire import opened


@pytest.mark.parametrize("name", ["North", "<!channel> " * 7])
def test_the_form_is_what_slack_takes(name: str) -> None:
    view = sample_form(Memo("C1", about=name))
    assert view_problems(view) == []
    assert "<!" not in str(view["blocks"])


def entered(**values: str) -> object:
    return read_sample_form(opened(sample_form(Memo(about="North")), values), LongNames())


def test_what_was_entered_is_read() -> None:
    assert entered() == Sample(100, ())
    assert entered(number="7", properties="email,,plan,email") == Sample(7, ("email", "plan"))
    assert entered(number=str(SAMPLE_MAX)) == Sample(SAMPLE_MAX, ())


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"number": "0"}, "number"),
        ({"number": str(SAMPLE_MAX + 1)}, "number"),
        ({"number": "9" * 99}, "number"),
        ({"number": "ten"}, "number"),
        ({"properties": ",".join(f"p{n}" for n in range(21))}, "properties"),
    ],
)
def test_what_is_wrong_stands_at_its_input(values: dict[str, str], where: str) -> None:
    errors = entered(**values)
    assert isinstance(errors, dict)
    assert set(errors) == {where}


def test_a_long_name_that_nobody_remembers_is_asked_for_again() -> None:
    long, names = "p" * 200, LongNames()
    view = opened(sample_form(Memo(about="North")), {"properties": long})
    assert read_sample_form(view, names) == {"properties": "Choose them again."}
    names.note([long])
    assert read_sample_form(view, names) == Sample(100, (long,))
