from typing import get_args

import msgspec
import pytest

from actors import mail, mail_trust


@pytest.mark.parametrize(
    "kind", [each for each in vars(mail_trust).values() if isinstance(each, type)], ids=str
)
def test_every_request_and_answer_of_this_part_is_in_the_mail(kind: type) -> None:
    if issubclass(kind, msgspec.Struct) and kind.__struct_config__.tag is not None:
        assert kind in (*get_args(mail.Request), *get_args(mail.Answer))


def test_a_request_comes_back_from_the_wire_as_it_was() -> None:
    request = mail_trust.RetryAside(by="U1", ids=("m1_a", "c_1:7"), yes=True)
    wire = msgspec.json.encode(request)
    assert msgspec.json.decode(wire, type=mail.Request) == request
