import msgspec

from actors.mail import Answer, Request
from actors.mail_names import FindNames, NamesFound, Offered
from actors.membership import needed
from domain.roles import Role


def test_questions_and_answers_about_names_survive_the_wire() -> None:
    asked = FindNames("property", "ana", "pri", event="Order Completed")
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Request) == asked
    found = NamesFound((Offered("price", 3, ("number",)),), ready=False)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Answer) == found


def test_names_are_for_whoever_may_write_a_campaign_or_export() -> None:
    assert needed(FindNames) == {Role.MARKETER, Role.PRIVACY}
