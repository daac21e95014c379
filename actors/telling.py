"""Messages, decisions and poison events in words: the steps of a trail."""

from collections.abc import Iterator
from itertools import groupby

from actors.mail_trust import Step
from actors.rules import at
from domain.books import SkipReason
from domain.zones import local_wall
from store import caps
from store.poison import Poison
from store.trail import Attempt, Decided, Message

HELD_MS_MIN = 1_000
HELD = "it was do-not-disturb time for the user"
ATTEMPTS_TOLD_MAX = 3
"""More than so many that ended like the one before them are told in one line."""
WAITS_FOR_A_PERSON = frozenset({"dead", "unknown"})
QUEUED = ": before then the user has had as many messages as the limits over all campaigns allow"
WAITS = "; it waits for a person (`/campaign aside`)"
_OUTCOMES = {
    "not_sent": "certainly did not arrive",
    "throttled": "Segment asked to wait",
    "ambiguous": "it may have arrived",
    "rejected": "Segment refused it",
    "misdirected": "Segment refused the key or the address",
    "crashed": "the daemon ended while it was on the wire",
}


def message_steps(
    message: Message,
    zone: str,
    capped: frozenset[str] = frozenset(),
    *,
    held: str = HELD,
    variant: str = "",
    because: str = "",
) -> Iterator[Step]:
    """Tell a message's whole life as far as it is stored; `zone` is the account's.

    `held` is for what it waited before it fell due, `variant` how it came to its variant, `because`
    what more there is to say of why it was not sent.
    """
    admitted = _admitted(message, capped)
    yield _step(message, message.admitted_ms, f"{admitted}; {variant}" if variant else admitted)
    sent_again = bool(message.closed_by) and message.state not in WAITS_FOR_A_PERSON
    due_ms = message.fell_due_ms or (0 if message.attempts else message.due_ms)
    if not sent_again and due_ms - message.admitted_ms >= HELD_MS_MIN:
        until = moment(due_ms, zone)
        said = f"held until {until}: {held}"
        yield _step(message, message.admitted_ms, said)
    if message.held_by and message.state != "pending" and not message.failed:
        until = moment(message.due_ms, zone)
        yield _step(message, message.admitted_ms, f"held until {until}{QUEUED}")
    yield from _failed(message)
    if sent_again:
        by = at(message.closed_by)
        yield _step(message, message.fell_due_ms, f"{by} sent it again, under the same id")
    last = max((tried.n for tried in message.failed if tried.outcome != "broken"), default=0)
    if message.claimed_ms is not None and message.attempts > last:
        yield _step(message, message.claimed_ms, f"attempt {message.attempts} to send it began")
    now = _now(message, zone)
    yield _step(message, message.updated_ms, f"{now} ({because})" if because else now)


def _failed(message: Message) -> Iterator[Step]:
    """Tell of the attempts that failed; of many that ended the same way, the first and the last."""
    for _, alike in groupby(message.failed, key=lambda tried: (tried.outcome, tried.detail)):
        first, *rest = alike
        if first.outcome == "broken":
            yield _step(message, first.ended_ms, f"it could not be written ({first.detail})")
            continue
        more = len(rest) > ATTEMPTS_TOLD_MAX
        for tried in (first,) if more else (first, *rest):
            yield _step(message, tried.claimed_ms, f"attempt {tried.n} to send it began")
            yield _step(message, tried.ended_ms, _ended(tried))
        if more:
            said = f"attempts {rest[0].n:,} to {rest[-1].n:,} ended like that, the last one here"
            yield _step(message, rest[-1].ended_ms, said)


def decision_step(decided: Decided, because: str = "") -> Step:
    """Tell of a decision that made no message, and what more there is to say of why."""
    if decided.bucket == "control":
        of = f"the {decided.reason} control group" if decided.reason else "the control group"
        said = f"qualified, and is in {of}: gets nothing, to compare with"
    else:
        said = f"qualified, and was skipped ({decided.reason}): {explain(decided.reason)}"
    if because:
        said = f"{said.rstrip('.')} ({because})"
    return Step(decided.at_ms, said, run=decided.run)


def aside_steps(poison: Poison) -> Iterator[Step]:
    """Tell of an event that was set aside, and what a person decided."""
    decided = {
        "open": "it waits for a person",
        "again": f"{at(poison.decided_by)} wants it considered anew",
        "retried": f"{at(poison.decided_by)} had it considered anew, and it was",
        "dropped": f"{at(poison.decided_by)} dropped it",
    }[poison.state]
    said = (
        f"the event could not be considered ({poison.error}, error {poison.error_id}) and was set"
        f" aside; {decided}"
    )
    yield Step(poison.at_ms, said, run="live", event_seq=poison.event_seq)


def explain(reason: str) -> str:
    """Return a reason of the books as a sentence; any other reason in its own words."""
    return SkipReason(reason).explain() if reason in set(SkipReason) else reason


def moment(ms: int, zone: str) -> str:
    """Return an instant as the wall shows it in a zone, with the name of its offset."""
    return local_wall(ms, zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def wall(ms: int, zone: str) -> str:
    """Return an instant as the wall of a place shows it, where it matters what it shows there."""
    return f"{local_wall(ms, zone):%Y-%m-%d %H:%M:%S} in {zone}"


def _admitted(message: Message, capped: frozenset[str]) -> str:
    said = f"qualified, and message {message.message_id} was written (revision {message.revision})"
    slots = ["in total"] if caps.TOTAL in capped else []
    slots += ["of the run"] if caps.run(message.run) in capped else []
    slots += [f"of {message.cap_day}"] if message.cap_day else []
    if slots:
        said += f"; it took a place under the cap {' and '.join(slots)}"
    return said


def _ended(tried: Attempt) -> str:
    words = _OUTCOMES.get(tried.outcome, tried.outcome.replace("_", " "))
    detail = f" ({tried.detail})" if tried.detail else ""
    return f"attempt {tried.n} ended: {words}{detail}"


def _now(message: Message, zone: str) -> str:
    """Tell where the message stands, the latest that is known."""
    why = explain(message.reason)
    dropped = f": {at(message.closed_by)} dropped it" if message.closed_by else WAITS
    match message.state:
        case "accepted":
            return f"Segment accepted it under the id {message.message_id}."
        case "pending":
            return _waits(message, zone)
        case "in_flight":
            return "it is on the wire: Segment has not answered yet."
        case "unknown":
            return f"nobody knows whether it arrived{dropped}."
        case "dead" if message.reason == SkipReason.SET_ASIDE:
            return f"it is set aside{dropped}. {why}"
        case "dead":
            return f"it is never sent again by itself{dropped}. {why}"
        case state:
            return f"it was not sent ({message.reason or state}): {why or state}"


def _waits(message: Message, zone: str) -> str:
    """Tell for what a message waits, and until when it is tried."""
    ends = f" It is tried until {moment(message.expires_ms, zone)}." if message.expires_ms else ""
    if message.due_ms > message.updated_ms:
        why = QUEUED if message.held_by else ""
        return f"it waits until {moment(message.due_ms, zone)}{why}.{ends}"
    last = f" again; the last time: {message.reason}" if message.reason else ""
    return f"it waits to be sent{last}.{ends}"


def _step(message: Message, at_ms: int, said: str) -> Step:
    return Step(at_ms, said, message_id=message.message_id, run=message.run)
