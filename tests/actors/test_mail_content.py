import msgspec
import pytest

from actors.mail import Answer, Request
from actors.mail_content import Preview, Previewed, TestSend


@pytest.mark.parametrize(
    "request_", [Preview("Spring", "U1", "ann", "B"), TestSend("Spring", "U1", ("ann",), "B")]
)
def test_the_questions_travel_over_the_socket_as_they_are(request_: Preview | TestSend) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request_), type=Request) == request_


def test_the_answer_travels_over_the_socket_as_it_is() -> None:
    answer = Previewed("What ann would get", "ann", ("{}",), 2, "B", ("a note",))
    assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer
