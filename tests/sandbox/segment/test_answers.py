import json

import pytest

from sandbox.segment.answers import SUCCESS, answer_to, bad_request
from sandbox.segment.faults import (
    Counted,
    Garbage,
    Hang,
    Late,
    Redirect,
    Refuse,
    ResetInAnswer,
    ResetInBody,
    ServerError,
    Standing,
    Throttle,
    TooLarge,
    Unauthorized,
)
from sandbox.segment.protocol import BadRequest


@pytest.mark.parametrize(
    ("fault", "status", "label"),
    [
        (None, 200, "200"),
        (Late(), 200, "200"),
        (Refuse(), 0, "refused"),
        (Hang(), 0, "no answer"),
        (ResetInBody(), 0, "reset in body"),
        (ResetInAnswer(), 200, "reset in answer"),
        (Throttle(), 429, "429"),
        (ServerError(status=502), 502, "502"),
        (Garbage(), 200, "200"),
        (TooLarge(), 413, "413"),
        (Redirect(), 307, "307"),
        (Unauthorized(), 401, "401"),
    ],
)
def test_each_fault_has_its_answer(
    fault: Counted | Standing | None, status: int, label: str
) -> None:
    answer = answer_to(fault, SUCCESS, path="/v1/batch", now=0.0)
    assert (answer.status, answer.label) == (status, label)


@pytest.mark.parametrize(
    ("style", "name", "value"),
    [
        ("seconds", "retry-after", "30"),
        ("decimal", "retry-after", "30.5"),
        ("date", "retry-after", "Thu, 01 Jan 1970 00:01:00 GMT"),
        ("past", "retry-after", "Wed, 31 Dec 1969 00:00:30 GMT"),
        ("reset", "x-ratelimit-reset", "30"),
        ("epoch", "x-ratelimit-reset", "60"),
        ("garbage", "retry-after", "soon"),
    ],
)
def test_a_throttle_tells_when_to_come_back_in_each_style(
    style: str, name: str, value: str
) -> None:
    fault = Throttle(retry_after=30, style=style)  # type: ignore[arg-type]  # a literal each
    assert answer_to(fault, SUCCESS, path="/v1/batch", now=30.0).headers[name] == value


def test_a_throttle_can_also_keep_it_to_itself() -> None:
    answer = answer_to(Throttle(style="none"), SUCCESS, path="/v1/batch", now=0.0)
    assert set(answer.headers) == {"content-type"}


def test_a_refusal_has_the_shape_that_segments_clients_read() -> None:
    answer = bad_request(BadRequest("invalid_json", "The body is no JSON."))
    told = json.loads(answer.body)
    assert (answer.status, told["code"], told["message"]) == (
        400,
        "invalid_json",
        "The body is no JSON.",
    )


def test_a_redirect_leads_to_a_place_that_notices_who_follows() -> None:
    answer = answer_to(Redirect(), SUCCESS, path="/v1/batch", now=0.0)
    assert answer.headers["location"] == "/redirected/v1/batch"
