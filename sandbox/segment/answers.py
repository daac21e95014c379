"""What is answered: Segment's own answers, and those that a fault puts in their place."""

from email.utils import formatdate

import msgspec

from sandbox.segment.faults import (
    Counted,
    Garbage,
    Hang,
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

DAY_SECONDS = 86_400
REDIRECTED = "/redirected"  # the folder to which a redirect leads

JSON = "application/json"


class Answer(msgspec.Struct, frozen=True):
    """Status, body and headers; `label` is what the books say was done."""

    status: int
    body: bytes
    label: str
    headers: dict[str, str] = {}


SUCCESS = Answer(200, b'{"success": true}', "200", {"content-type": JSON})
REFUSED = Answer(0, b"", "refused")
RESET_IN_BODY = Answer(0, b"", "reset in body")
NO_ANSWER = Answer(0, b"", "no answer")
CLIENT_LEFT = Answer(0, b"", "client left")


def refusal(status: int, code: str, message: str) -> Answer:
    """An answer that is not 200, in the shape that Segment's own clients read."""
    body = msgspec.json.encode({"success": False, "code": code, "message": message})
    return Answer(status, body, str(status), {"content-type": JSON})


def bad_request(problem: BadRequest) -> Answer:
    """The 400 for it."""
    return refusal(400, problem.code, problem.message)


def answer_to(  # noqa: PLR0911 - one line for each fault
    fault: Counted | Standing | None, usual: Answer, *, path: str, now: float
) -> Answer:
    """The answer under this fault; `usual` is the one without it, `now` in epoch seconds."""
    match fault:
        case Refuse():
            return REFUSED
        case ResetInBody():
            return RESET_IN_BODY
        case Hang():
            return NO_ANSWER
        case ResetInAnswer():
            return msgspec.structs.replace(usual, label="reset in answer")
        case Throttle():
            return _throttled(fault, now)
        case ServerError(status=status):
            return refusal(status, "server_error", "Something broke here; try again.")
        case Garbage():
            return Answer(200, b"<html>Please log in to the Wi-Fi", "200", {"content-type": JSON})
        case TooLarge():
            return refusal(413, "too_large", "A proxy found the body too large.")
        case Redirect():
            return Answer(307, b"", "307", {"location": REDIRECTED + path})
        case Unauthorized():
            return refusal(401, "unauthorized", "The write key is not known.")
        case _:
            return usual


def _throttled(fault: Throttle, now: float) -> Answer:
    hints: dict[str, dict[str, str]] = {
        "seconds": {"retry-after": str(fault.retry_after)},
        "decimal": {"retry-after": f"{fault.retry_after}.5"},
        "date": {"retry-after": formatdate(now + fault.retry_after, usegmt=True)},
        "past": {"retry-after": formatdate(now - DAY_SECONDS, usegmt=True)},
        "reset": {"x-ratelimit-reset": str(fault.retry_after)},
        "epoch": {"x-ratelimit-reset": str(int(now) + fault.retry_after)},
        "garbage": {"retry-after": "soon", "x-ratelimit-reset": "-1"},
        "none": {},
    }
    answer = refusal(429, "rate_limited", "Too many requests; come back later.")
    return msgspec.structs.replace(answer, headers=answer.headers | hints[fault.style])
