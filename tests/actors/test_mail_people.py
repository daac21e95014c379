import msgspec

from actors.mail import Answer, Request
from actors.mail_people import EraseUser, ShowUser, SuppressUser, UserShown


def test_requests_and_the_answer_travel_over_the_socket_as_they_are() -> None:
    for request in (ShowUser("u1"), SuppressUser("u1", "A"), EraseUser("u1", "A", yes=True)):
        sent = msgspec.json.encode(request)
        assert msgspec.json.decode(sent, type=Request) == request
    shown = UserShown("u1", "known", "erased:1", "UTC", traits={"a": [1, None]})
    assert msgspec.json.decode(msgspec.json.encode(shown), type=Answer) == shown
