"""Delivery by signed HTTP POST, as Slack does it to an app with a request URL."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec
import trio

from sandbox.slack import limits
from sandbox.slack.courier import Kind, Reply
from sandbox.slack.refusal import BAD_JSON
from sandbox.slack.sign import signed

_RETRY_REASON: Final = "http_error"


class HttpCourier:
    """Posts to one request URL; a person-facing failure has Slack's own name."""

    def __init__(
        self,
        url: str,
        secret: str,
        now: Callable[[], float],
        complain: Callable[..., None],
        answer_seconds_max: float = limits.ANSWER_SECONDS_MAX,
    ) -> None:
        self._url = url
        self._secret = secret
        self._now = now
        self._complain = complain
        self._answer_seconds_max = answer_seconds_max

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, attempt: int = 0) -> Reply:
        """Send once and judge the answer; a redirect is not followed."""
        body, content_type = _encoded(kind, payload)
        headers = signed(self._secret, int(self._now()), body)
        headers |= {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (local)"}
        if attempt:
            headers |= {
                "X-Slack-Retry-Num": str(attempt),
                "X-Slack-Retry-Reason": _RETRY_REASON,
            }
        try:
            late = 2 * self._answer_seconds_max  # the whole has its own limit, which comes first
            with trio.fail_after(self._answer_seconds_max):
                async with httpx.AsyncClient(timeout=late, trust_env=False) as client:
                    answer = await client.post(self._url, content=body, headers=headers)
        except trio.TooSlowError:
            said = f"no answer within {self._answer_seconds_max:g} seconds"
            self._complain(kind, "operation_timeout", said)
            return Reply("operation_timeout")
        except httpx.HTTPError as error:
            self._complain(kind, "dispatch_failed", f"{type(error).__name__}: {error}")
            return Reply("dispatch_failed")
        if answer.status_code != httpx.codes.OK:
            self._complain(kind, "dispatch_failed", f"the bot answered {answer.status_code}")
            return Reply("dispatch_failed")
        return Reply(None, _decoded(answer))


def _encoded(kind: Kind, payload: dict[str, Any]) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    match kind:
        case "slash_commands":
            return urlencode(payload).encode(), form
        case "interactive":
            return urlencode({"payload": msgspec.json.encode(payload).decode()}).encode(), form
        case "events_api":
            return msgspec.json.encode(payload), "application/json"


def _decoded(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        try:
            return msgspec.json.decode(answer.content)
        except BAD_JSON:
            return answer.text
    return answer.text
