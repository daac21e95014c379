import msgspec
import pytest

from actors import mail
from actors.mail_shelf import Archive, Clone


@pytest.mark.parametrize("request_", [Clone("a", "U0ANA", "b"), Archive("a", "U0ANA")], ids=str)
def test_a_request_about_the_shelf_crosses_the_socket_as_it_is(request_: mail.Request) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request_), type=mail.Request) == request_
