"""The workspace: what it takes, what it drops, what it remembers; decided without I/O.

Source of the rules: Segment's HTTP Tracking API, in which 200 is no receipt.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import trio

from sandbox.segment import rules
from sandbox.segment.answers import CLIENT_LEFT, SUCCESS, Answer, answer_to, bad_request
from sandbox.segment.dedupe import Dedupe
from sandbox.segment.faults import (
    Counted,
    Faults,
    Garbage,
    Late,
    RejectContaining,
    ResetInAnswer,
    ServerError,
    Slow,
    SourceDisabled,
    Standing,
    WrongRegion,
    kind_of,
)
from sandbox.segment.protocol import (
    BATCH_EVENTS_MAX,
    BadRequest,
    Call,
    Event,
    corrected_ms,
    parse,
    unzip,
    write_key_of,
)
from sandbox.segment.receipts import (
    MESSAGES_KEPT_MAX,
    Counters,
    Message,
    Outcome,
    Receipts,
    Request,
)


class Arrival(msgspec.Struct, frozen=True):
    """One request as it came off the wire, and the fault that it meets.

    `body` holds no more than is needed to refuse a longer one; `bytes_read` counts all of it;
    `complete` is false when the client left before the end. `began` is when its head was there, in
    epoch seconds; None where nobody looked.
    """

    call: str
    body: bytes
    bytes_read: int
    complete: bool = True
    encoding: str = ""
    authorization: str = ""
    retry_count: str | None = None
    fault: Counted | Standing | None = None
    began: float | None = None


class Workspace:
    """One workspace with one source; `now` tells epoch seconds."""

    def __init__(
        self,
        *,
        write_key: str,
        now: Callable[[], float] = time.time,
        seed: int = 0,
        messages_kept_max: int = MESSAGES_KEPT_MAX,
    ) -> None:
        self.write_key = write_key
        self.now = now
        self.faults = Faults(seed=seed, now=now)
        self.receipts = Receipts(messages_max=messages_kept_max, on_row=self._wake)
        self._dedupe = Dedupe()
        self._changed = trio.Event()

    @property
    def accepted(self) -> list[Message]:
        """Every event that arrived, in order (those still kept)."""
        return self._with_outcome("accepted")

    @property
    def duplicates(self) -> list[Message]:
        """Every event whose message id had arrived before."""
        return self._with_outcome("duplicate")

    @property
    def dropped(self) -> list[Message]:
        """Every event that was answered with 200 and lost; `reason` says why."""
        return self._with_outcome("dropped")

    @property
    def requests(self) -> list[Request]:
        """Every request, in order."""
        return list(self.receipts.requests)

    @property
    def counters(self) -> Counters:
        """The exact totals."""
        return self.receipts.counters

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as `condition` holds; it is asked again after each receipt."""
        while not condition():
            await self._changed.wait()

    def receive(self, arrival: Arrival) -> Answer:
        """Decide on one request and book it; the caller does to the connection what is left."""
        received = self.now()
        usual, events, problem = SUCCESS, 0, None
        if not arrival.complete:
            usual = CLIENT_LEFT
        elif _records(arrival.fault):
            match self._read(arrival):
                case BadRequest() as bad:
                    usual, problem = bad_request(bad), bad.message
                case Call() as call:
                    events = self._book(arrival, call, received)
        answer = answer_to(arrival.fault, usual, path=f"/v1/{arrival.call}", now=received)
        self.receipts.add_request(
            Request(
                seq=self.receipts.next_request,
                began=received if arrival.began is None else arrival.began,
                at_ms=int(received * 1000),
                path=f"/v1/{arrival.call}",
                bytes=arrival.bytes_read,
                answer=answer.label,
                events=events,
                fault=None if arrival.fault is None else kind_of(arrival.fault),
                problem=problem,
                retry_count=arrival.retry_count,
            )
        )
        return answer

    def _read(self, arrival: Arrival) -> Call | BadRequest:
        body = unzip(arrival.body, arrival.encoding)
        call = body if isinstance(body, BadRequest) else parse(arrival.call, body)
        match arrival.fault, call:
            case RejectContaining(text=text), Call(events=events):
                if any(text.encode() in event.raw for event in events):
                    return BadRequest("invalid", "An event has what this workspace refuses.")
        return call

    def _book(self, arrival: Arrival, call: Call, received: float) -> int:
        """Book each event of the request; the number of them."""
        lost = self._lost(arrival, call)
        if not call.events:
            self._book_event(Event(b"{}", {}), "batch", rules.EMPTY_BATCH, received, None)
        for place, event in enumerate(call.events):
            reason = lost or (rules.OVER_BATCH_EVENTS if place >= BATCH_EVENTS_MAX else None)
            self._book_event(event, arrival.call, reason, received, call.sent_at)
        return len(call.events)

    def _lost(self, arrival: Arrival, call: Call) -> str | None:
        """The reason why the whole request is lost, if it is."""
        if (write_key_of(arrival.authorization) or call.write_key) != self.write_key:
            return rules.BAD_WRITE_KEY
        match arrival.fault:
            case WrongRegion():
                return rules.WRONG_REGION
            case SourceDisabled():
                return rules.SOURCE_DISABLED
            case _:
                return None

    def _book_event(
        self, event: Event, call: str, lost: str | None, received: float, sent_at: str | None
    ) -> None:
        body: dict[str, Any] = event.body if isinstance(event.body, dict) else {}
        reason = lost or rules.fault_of(event.body, call)
        outcome: Outcome = "accepted" if reason is None else "dropped"
        if reason is None and not self._dedupe.is_new(body["messageId"], received):
            outcome = "accepted" if self.faults.forgets_duplicate() else "duplicate"
        at_ms = int(received * 1000)
        self.receipts.add_message(
            Message(
                seq=self.receipts.next_message,
                request=self.receipts.next_request,
                at_ms=at_ms,
                timestamp_ms=corrected_ms(body, sent_at, at_ms),
                message_id=_text(body.get("messageId")),
                type=_text(rules.type_of(body, call)),
                user=_text(body.get("userId")) or _text(body.get("anonymousId")),
                event=_text(body.get("event")) or _text(body.get("name")),
                outcome=outcome,
                reason=reason,
                raw=event.raw,
            )
        )

    def _with_outcome(self, outcome: Outcome) -> list[Message]:
        return [row for row in self.receipts.messages if row.outcome == outcome]

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()


def _records(fault: Counted | Standing | None) -> bool:
    """Whether the events of a request that meets this fault are looked at, all the same."""
    match fault:
        case None | ResetInAnswer() | Slow() | Late() | WrongRegion() | SourceDisabled():
            return True
        case RejectContaining():
            return True
        case ServerError(records=records) | Garbage(records=records):
            return records
        case _:
            return False


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
