from typing import get_args

from actors.mail import Request
from actors.mail_beside import Beside
from actors.mail_files import AboutFile
from actors.mail_people import AboutUser


def test_what_is_asked_beside_the_turn_is_part_of_the_mail() -> None:
    for request in (*get_args(AboutFile), *get_args(AboutUser)):
        assert issubclass(request, Beside)
        assert request in get_args(Request)
