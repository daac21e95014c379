import msgspec

from actors.mail import Answer, Request
from actors.mail_schema import Schema, ShowSchema
from store.vocabulary import EventSeen, PropertySeen


def test_the_question_and_the_answer_travel_over_the_socket_as_they_are() -> None:
    request = ShowSchema("Bought")
    assert msgspec.json.decode(msgspec.json.encode(request), type=Request) == request
    schema = Schema(
        events=(EventSeen("A", 1, 2, 3, 4),),
        properties=(PropertySeen("x", 1, {"text": 1}, ("a",)),),
    )
    assert msgspec.json.decode(msgspec.json.encode(schema), type=Answer) == schema
