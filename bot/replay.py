"""What was seen before: a genuine request that comes twice must change nothing the second time.

A valid signature proves who sent a request, not that it is new. Slack accepts 5 minutes of clock
skew both ways, so a signature stays valid for 10 minutes at most; that long it is remembered.
Slack also sends an event again when it missed our answer; those carry the same event id.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from slack_bolt.middleware.request_verification import RequestVerification
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

SEEN_MS_MAX = 10 * 60 * 1000
SEEN_MAX = 100_000
"""Far more than Slack sends in ten minutes; past it the oldest are forgotten first."""


class Seen:
    """Remembers keys for ten minutes. Safe to share between threads."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._until: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def is_new(self, key: str) -> bool:
        """Remember the key, and tell whether it was unknown until now."""
        with self._lock:
            now = self._now_ms()
            while self._until and (
                len(self._until) >= SEEN_MAX or next(iter(self._until.values())) <= now
            ):
                self._until.popitem(last=False)
            if key in self._until:
                return False
            self._until[key] = now + SEEN_MS_MAX
            return True


class Verification(RequestVerification):
    """Bolt's check of the signature, with our clock; and each signature and event counts once."""

    def __init__(self, signing_secret: str, now_ms: Callable[[], int]) -> None:
        super().__init__(signing_secret)
        self._verifier = SignatureVerifier(signing_secret, _OurClock(now_ms))
        self._signatures = Seen(now_ms)
        self._events = Seen(now_ms)

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt passes it by this name
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt passes it by this name
    ) -> BoltResponse:
        """Let a genuine and new request pass; a repeated one is answered and changes nothing."""
        if req.mode == "http":
            if not self._is_genuine(req):
                return BoltResponse(status=401, body={"error": "invalid request"})
            if not self._signatures.is_new(_first(req.headers, "x-slack-signature")):
                return BoltResponse(status=200)
        event_id = req.body.get("event_id")
        if isinstance(event_id, str) and not self._events.is_new(event_id):
            return BoltResponse(status=200)
        return next()

    def _is_genuine(self, req: BoltRequest) -> bool:
        try:
            return self.verifier.is_valid(
                req.raw_body,
                _first(req.headers, "x-slack-request-timestamp"),
                _first(req.headers, "x-slack-signature"),
            )
        except (TypeError, ValueError):  # a timestamp that is no number, a signature not in ASCII
            return False


class _OurClock(Clock):
    """The clock that the verifier asks, in seconds."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms

    def now(self) -> float:
        return self._now_ms() / 1000


def _first(headers: dict[str, Any], name: str) -> str:
    return str(next(iter(headers.get(name, ())), ""))
