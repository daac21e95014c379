from typing import get_args

import msgspec

from actors import mail
from actors.mail_attention import Attention, Kind, Need, ShowAttention


def test_the_question_and_its_answer_are_in_the_mail() -> None:
    assert ShowAttention in get_args(mail.Request)
    assert Attention in get_args(mail.Answer)


def test_an_answer_comes_back_from_the_wire_as_it_was() -> None:
    answer = Attention(tuple(Need(kind, "So.", since_ms=5) for kind in get_args(Kind)))
    wire = msgspec.json.encode(answer)
    assert msgspec.json.decode(wire, type=mail.Answer) == answer
