import pytest
from msgspec import structs

from actors.mail_audience import AudienceShown
from bot.audience_form import Wanted, read_save_form, replaces, save_form
from bot.refs import Memo
from domain.audience import All, Did, Property
from tests.bot.audiences import line_of
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import view_problems, words
from tests.bot.samples import PAST, draft
from tests.bot.wire import opened

TEXT = '[who]\ntype = "did"\nevent = "A"\n'
MANY = tuple(
    structs.replace(line_of(draft(PAST)), id=f"c{n}", name=f"Sale {n} <!channel> {'x' * 90}")
    for n in range(300)
)
WHO = All((Property("country", "in", ("NO", "SE")), Did("Order <!here>", days=30)) * 40)
THERE = AudienceShown("North", 2, 3, WHO, "U0ANA", NOW_MS, tuple(f"Sale <{n}>" for n in range(50)))


@pytest.mark.parametrize("form", ["", "new"])
@pytest.mark.parametrize("there", [None, THERE])
@pytest.mark.parametrize("wanted", [Wanted(""), Wanted("x" * 80, "c7"), Wanted("N", text=TEXT)])
def test_the_form_is_what_slack_takes(
    form: str, there: AudienceShown | None, wanted: Wanted
) -> None:
    view = save_form(Memo("C1", form=form), wanted, campaigns=MANY, there=there)
    assert view_problems(view) == []
    said = words([b for b in view["blocks"] if b["type"] != "input"])
    assert "<!" not in said


def test_what_would_be_replaced_is_told_with_who_uses_it() -> None:
    view = save_form(Memo(), Wanted("North"), there=THERE)
    said = words(view["blocks"])
    for part in ("version 3", "<@U0ANA>", "country", "Sale &lt;0&gt;", "and 30 more"):
        assert part in said
    assert view["submit"]["text"] == "Replace"


def entered(form: str = "", **values: str) -> object:
    view = save_form(Memo("C1", form=form), Wanted(""), campaigns=MANY)
    return read_save_form(opened(view, {"name": "North", **values}))


def test_what_was_entered_is_read() -> None:
    assert entered() == Wanted("North", "c0")
    assert entered(campaign="c7") == Wanted("North", "c7")
    assert entered(campaign="none", text=f" {TEXT} ") == Wanted("North", "", TEXT.strip())
    assert entered("new") == Wanted("North")


def test_what_was_entered_stands_there_when_it_is_asked_once_more() -> None:
    wanted = Wanted("North", text=TEXT)
    view = save_form(Memo("C1"), wanted, campaigns=MANY, there=THERE)
    assert read_save_form(opened(view, {})) == Wanted("North", text=TEXT.strip())


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"name": ""}, "name"),
        ({"campaign": "none"}, "text"),
        ({"campaign": "c1", "text": TEXT}, "text"),
    ],
)
def test_what_is_wrong_stands_at_its_input(values: dict[str, str], where: str) -> None:
    errors = entered(**values)
    assert isinstance(errors, dict)
    assert set(errors) == {where}


def test_another_version_is_another_thing_to_replace() -> None:
    assert replaces(THERE) != replaces(structs.replace(THERE, latest=4))
