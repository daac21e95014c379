import msgspec
import pytest

from actors import mail
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy


@pytest.mark.parametrize("request_", [ShowCopy(), RebuildCopy()], ids=str)
def test_a_request_about_the_copy_crosses_the_socket_as_it_is(request_: mail.Request) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request_), type=mail.Request) == request_


def test_how_the_copy_stands_crosses_the_socket_as_it_is() -> None:
    answer = CopyStatus(watermark=3, last_seq=4, bytes=5, making="running", made=1, to_make=4)
    assert msgspec.json.decode(msgspec.json.encode(answer), type=mail.Answer) == answer
