import pytest
from msgspec import structs

from clarion.config import Email
from clarion.email_rules import email_problems, is_address

RIGHT = Email(host="smtp.example.com", sender="clarion@example.com")


def test_a_mail_server_with_its_sender_is_in_order_and_so_is_none() -> None:
    assert list(email_problems(RIGHT)) == list(email_problems(Email())) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"host": "a host"}, "email.host"),
        ({"port": 0}, "email.port"),
        ({"timeout_seconds": 0.5}, "email.timeout_seconds"),
        ({"sender": ""}, "email.from"),
        ({"sender": "Clarion <c@x.test>"}, "email.from"),
        ({"security": "none"}, "email.security"),
        ({"addresses": {"U0ANA": "ana"}}, "email.addresses.U0ANA"),
        ({"addresses": {"a b": "a@x.test"}}, 'email.addresses."a b"'),
    ],
)
def test_what_cannot_work_is_said_with_its_place(change: dict[str, object], where: str) -> None:
    (problem,) = email_problems(structs.replace(RIGHT, **change))
    assert problem.where == where
    assert problem.fix


def test_only_this_machine_is_reached_without_tls() -> None:
    here = structs.replace(RIGHT, host="127.0.0.1", security="none")
    assert list(email_problems(here)) == []


@pytest.mark.parametrize("text", ["a@b", "a.b+c@x.example", "o'neil@x.test"])
def test_an_address_is_a_name_and_a_host(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["", "a", "a@", "@b", "a@b\n", "a b@c", "a@b>", "ä@b", "a@b@c"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)
