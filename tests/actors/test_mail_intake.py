from typing import get_args

import msgspec

from actors import mail
from actors.mail_intake import Intake, ShowIntake, SourceLine


def test_the_question_and_its_answer_are_in_the_mail() -> None:
    assert ShowIntake in get_args(mail.Request)
    assert Intake in get_args(mail.Answer)


def test_an_answer_comes_back_from_the_wire_as_it_was() -> None:
    answer = Intake((SourceLine("web", {"accepted": 1}, 5),), ())
    wire = msgspec.json.encode(answer)
    assert msgspec.json.decode(wire, type=mail.Answer) == answer
