"""The fate of a user in a campaign in one line: what became of each decision, with its count."""

from collections import Counter
from collections.abc import Iterator

from store.trail import Decided, Message, Trail

NOTHING = "nothing was decided, so nothing was sent"
_EVENTS = {
    "open": "event set aside",
    "again": "event set aside",
    "dropped": "event dropped by a person",
}
"""What becomes of a poison event; one that was considered anew has a decision of its own."""

_WAITS = {
    "armed": "waiting for its moment",
    "cancelled": "not sent, because another event cleared the wait",
}
_ENDED_WITH_IT = "not sent, because the campaign ended first"
"""What becomes of a wait; one that was over has a decision of its own."""

_MANY = {one: one.replace("event", "events", 1) for one in _EVENTS.values()}
_SENT = {
    "accepted": "sent",
    "in_flight": "on the wire",
    "pending": "waiting",
}


def fate(found: Trail, *, over: bool = False) -> str:
    """Return it: `2 sent, 1 skipped (cap_reached)`, in the order of what matters most.

    `over`: the campaign has ended, and whoever waited for a moment waits no more.
    """
    counted = Counter(_fates(found, over=over))
    told = [f"{n:,} {what if n == 1 else _MANY.get(what, what)}" for what, n in counted.items()]
    return ", ".join(told) or NOTHING


def _fates(found: Trail, *, over: bool) -> Iterator[str]:
    messages = sorted(found.messages, key=lambda one: (one.state not in _SENT, one.admitted_ms))
    yield from (_of_message(one) for one in messages)
    yield from (_of_decision(one) for one in found.decisions)
    for one in found.aside:
        if one.state in _EVENTS:
            yield _EVENTS[one.state]
    for timer in found.timers:
        if timer.state in _WAITS:
            yield _ENDED_WITH_IT if over and timer.state == "armed" else _WAITS[timer.state]


def _of_message(message: Message) -> str:
    if message.state in _SENT:
        return _SENT[message.state]
    if message.closed_by:
        return "dropped by a person"
    if message.state == "unknown":
        return "of unknown fate"
    if message.state == "dead":
        return "waiting for a person"
    return f"not sent ({message.reason or message.state})"


def _of_decision(decided: Decided) -> str:
    if decided.bucket == "control":
        return "in a control group"
    return f"skipped ({decided.reason})"
