import pytest

from bot.list_form import ListFile, list_form, read_list_form
from bot.refs import Memo
from store.names import NAME_CHARS_MAX
from tests.bot.oracle import view_problems
from tests.bot.wire import opened


@pytest.mark.parametrize("name", ["", "Fair visitors", "x" * 500])
def test_the_form_is_what_slack_takes(name: str) -> None:
    assert view_problems(list_form(Memo("C1"), name)) == []


def entered(**values: str) -> object:
    given = {"name": "Fair visitors", "file": "F1:a.csv", **values}
    return read_list_form(opened(list_form(Memo("C1")), given))


def test_what_was_entered_is_read() -> None:
    assert entered() == ListFile("Fair visitors", "F1", "a.csv", "")
    assert entered(encoding="cp1252", file="F1:A.CSV") == ListFile(
        "Fair visitors", "F1", "A.CSV", "cp1252"
    )


@pytest.mark.parametrize(
    ("values", "where", "said"),
    [
        ({"name": " "}, "name", "1 to 80 characters"),
        ({"name": "x" * (NAME_CHARS_MAX + 1)}, "name", "1 to 80 characters"),
        ({"file": ""}, "file", "Choose one file."),
        ({"file": "F1:people.xlsx"}, "file", "“people.xlsx” is no CSV file"),
    ],
)
def test_what_is_wrong_stands_at_its_input(values: dict[str, str], where: str, said: str) -> None:
    errors = entered(**values)
    assert isinstance(errors, dict)
    assert said in errors[where]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    errors = entered(name="", file="")
    assert isinstance(errors, dict)
    assert set(errors) == {"name", "file"}
