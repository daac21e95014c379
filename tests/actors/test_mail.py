import msgspec
import pytest

from actors import mail
from tests.actors.house import ANA, LIVE

REQUESTS: list[mail.Request] = [
    mail.Draft(definition=LIVE, by=ANA),
    mail.Submit(name="a", by=ANA),
    mail.Approve(name="a", by=ANA, hash="h"),
    mail.RequestChanges(name="a", by=ANA, comment="c"),
    mail.Publish(name="a", by=ANA),
    mail.Pause(name="a", by=ANA),
    mail.Resume(name="a", by=ANA),
    mail.Stop(name="a", by=ANA),
    mail.ListAll(),
    mail.Show(name="a"),
    mail.Reach(definition=LIVE),
    mail.SendSample(name="a", by=ANA, run="r", n=2),
    mail.RaiseLimit(name="a", by=ANA, run="r", limit=3),
    mail.SkipRun(name="a", by=ANA, run="r"),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_a_request_crosses_the_socket_as_it_is(request_: mail.Request) -> None:
    wire = msgspec.json.encode(request_)
    assert msgspec.json.decode(wire, type=mail.Request) == request_


def test_an_answer_crosses_the_socket_as_it_is() -> None:
    answer = mail.Refused(what="No.", fix="Do.")
    assert msgspec.json.decode(msgspec.json.encode(answer), type=mail.Answer) == answer
