import msgspec
import pytest

from actors.mail import Request
from actors.mail_text import CheckAudienceText, CheckText
from actors.membership import needed
from domain.roles import Role


@pytest.mark.parametrize(
    "asked", [CheckText('name = "a"\n', edits="b"), CheckAudienceText("[who]\n", "Buyers")]
)
def test_the_questions_travel_over_the_socket_as_they_are(asked: Request) -> None:
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Request) == asked


def test_whoever_may_look_may_ask_what_is_wrong() -> None:
    assert needed(CheckText) == needed(CheckAudienceText) == {Role.VIEWER}
