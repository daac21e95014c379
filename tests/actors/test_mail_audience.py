import msgspec
import pytest

from actors import mail
from actors.mail_audience import (
    AudienceLine,
    Audiences,
    AudienceShown,
    Estimate,
    ExportAudience,
    Exported,
    ListAudiences,
    ListLine,
    ReachAudience,
    Reached,
    SaveAudience,
    ShowAudience,
)
from domain.audience import CustomList, Not, Saved
from tests.actors.house import ANA

WHO = Not(Saved("Buyers"))
REQUESTS: list[mail.Request] = [
    SaveAudience("a", WHO, ANA),
    ListAudiences(),
    ShowAudience("a", 2),
    ReachAudience("a"),
    ExportAudience("a", "/x", ANA, ("email",), 5),
]
ANSWERS: list[mail.Answer] = [
    Reached(Estimate(5, 1, 1, 1, 2, 7, {"system": 1}, ("odd",))),
    Audiences((AudienceLine("a", 1, ANA, 5),), (ListLine("l", 1, 2, 3, 4, ANA, 5),)),
    AudienceShown("a", 1, 2, CustomList("l"), ANA, 5, ("Cart",)),
    Exported("/x", 5, 6),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_a_request_crosses_the_socket_as_it_is(request_: mail.Request) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request_), type=mail.Request) == request_


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: type(one).__name__)
def test_an_answer_crosses_the_socket_as_it_is(answer: mail.Answer) -> None:
    assert msgspec.json.decode(msgspec.json.encode(answer), type=mail.Answer) == answer
