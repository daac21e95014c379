import msgspec
import pytest

from actors import mail
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from actors.membership import needed
from domain.roles import Role
from tests.actors.house import ANA

ABOUT: list[mail.Request] = [
    KeepForm(ANA, "new", "{}"),
    ShowForm(ANA, "new"),
    DropForm(ANA, "new"),
]


@pytest.mark.parametrize("request_", ABOUT)
def test_what_is_asked_about_a_form_comes_back_from_the_wire(request_: mail.Request) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request_), type=mail.Request) == request_


def test_the_answer_comes_back_from_the_wire() -> None:
    answer = FormStands("{}")
    assert msgspec.json.decode(msgspec.json.encode(answer), type=mail.Answer) == answer


@pytest.mark.parametrize("kind", [KeepForm, ShowForm, DropForm])
def test_only_who_may_write_a_campaign_has_forms(kind: type) -> None:
    assert needed(kind) == {Role.MARKETER}
