"""The books of the local Segment: every request and every event, and what became of each.

The rows kept are bounded, oldest dropped first; the counters are exact for ever.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Literal, Protocol, TypeVar

import msgspec

MESSAGES_KEPT_MAX = 100_000
MESSAGE_BYTES_KEPT_MAX = 256 * 1024 * 1024
REQUESTS_KEPT_MAX = 20_000
RATE_SECONDS_KEPT_MAX = 120

Outcome = Literal["accepted", "duplicate", "dropped"]


class Message(msgspec.Struct, frozen=True):
    """One event that came in: `raw` is its exact bytes, `reason` is why it was dropped.

    `at_ms` is the arrival, `timestamp_ms` when it happened by Segment's clock; epoch ms both.
    """

    seq: int
    request: int
    at_ms: int
    timestamp_ms: int
    message_id: str | None
    type: str | None
    user: str | None
    event: str | None
    outcome: Outcome
    reason: str | None
    raw: bytes

    @property
    def body(self) -> Any:
        """The event as JSON value."""
        return msgspec.json.decode(self.raw)


class Request(msgspec.Struct, frozen=True):
    """One request: `began` is when its head was there (epoch seconds), `at_ms` when it was decided.

    `answer` is the status in digits, or what was done instead of answering. `bytes` are those read
    off the wire, `events` those understood, `fault` the one at work.
    """

    seq: int
    began: float
    at_ms: int
    path: str
    bytes: int
    answer: str
    events: int
    fault: str | None
    problem: str | None
    retry_count: str | None


class Second(msgspec.Struct):
    """How many events of each outcome came in one second of the wall clock."""

    at: int
    accepted: int = 0
    duplicate: int = 0
    dropped: int = 0


class Counters(msgspec.Struct, frozen=True):
    """Exact since the start, whatever rows are still kept."""

    requests: int
    events: int
    accepted: int
    duplicates: int
    dropped: dict[str, int]
    answers: dict[str, int]
    redirects_followed: int


class _Numbered(Protocol):
    @property
    def seq(self) -> int: ...


Row = TypeVar("Row", bound=_Numbered)


class Receipts:
    """Appends only; `on_row` is called after each row."""

    def __init__(
        self,
        *,
        messages_max: int = MESSAGES_KEPT_MAX,
        requests_max: int = REQUESTS_KEPT_MAX,
        on_row: Callable[[], None] = lambda: None,
    ) -> None:
        self.messages: deque[Message] = deque()
        self.requests: deque[Request] = deque(maxlen=requests_max)
        self.seconds: deque[Second] = deque(maxlen=RATE_SECONDS_KEPT_MAX)
        self.redirects_followed = 0
        self._messages_max = messages_max
        self._message_bytes = 0
        self._outcomes: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._on_row = on_row

    @property
    def counters(self) -> Counters:
        """The totals at this moment."""
        return Counters(
            requests=self._answers.total(),
            events=self._outcomes.total(),
            accepted=self._outcomes["accepted"],
            duplicates=self._outcomes["duplicate"],
            dropped=dict(self._reasons),
            answers=dict(self._answers),
            redirects_followed=self.redirects_followed,
        )

    @property
    def next_request(self) -> int:
        """The number that the next request will have."""
        return self._answers.total() + 1

    @property
    def next_message(self) -> int:
        """The number that the next event will have."""
        return self._outcomes.total() + 1

    def add_message(self, message: Message) -> None:
        """Book one event; `message.seq` is `next_message`."""
        self.messages.append(message)
        self._message_bytes += len(message.raw)
        while (
            len(self.messages) > self._messages_max or self._message_bytes > MESSAGE_BYTES_KEPT_MAX
        ):
            self._message_bytes -= len(self.messages.popleft().raw)
        self._outcomes[message.outcome] += 1
        if message.reason is not None:
            self._reasons[message.reason] += 1
        second = message.at_ms // 1000
        if not self.seconds or self.seconds[-1].at != second:
            self.seconds.append(Second(second))
        match message.outcome:
            case "accepted":
                self.seconds[-1].accepted += 1
            case "duplicate":
                self.seconds[-1].duplicate += 1
            case "dropped":
                self.seconds[-1].dropped += 1
        self._on_row()

    def add_request(self, request: Request) -> None:
        """Book one request; `request.seq` is `next_request`."""
        self.requests.append(request)
        self._answers[request.answer] += 1
        self._on_row()


def page(rows: "deque[Row]", after: int | None, limit: int) -> Iterable[Row]:
    """Up to `limit` rows, oldest first: those after number `after`, or the newest without it."""
    if not rows:
        return ()
    skipped = len(rows) - limit if after is None else after - rows[0].seq + 1
    start = max(0, skipped)
    return islice(rows, start, start + limit)
