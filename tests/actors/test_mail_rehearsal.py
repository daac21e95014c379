from typing import get_args

import msgspec

from actors import mail
from actors.mail_rehearsal import Rehearse, Rehearsed, ShowRehearsing
from tests.bot.rehearsals import REHEARSED


def test_the_question_and_its_answer_are_in_the_mail() -> None:
    assert Rehearse in get_args(mail.Request)
    assert ShowRehearsing in get_args(mail.Request)
    assert Rehearsed in get_args(mail.Answer)


def test_an_answer_comes_back_from_the_wire_as_it_was() -> None:
    wire = msgspec.json.encode(REHEARSED)
    assert msgspec.json.decode(wire, type=mail.Answer) == REHEARSED
