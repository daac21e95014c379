"""Hand-made histories for the tests of the judges, and the words to write them with."""

from typing import Any

from msgspec.structs import replace

from tests.simulation.history import (
    Answered,
    Aside,
    Asked,
    Books,
    Daemon,
    Ended,
    Entry,
    Happened,
    Planned,
    Posted,
    Ran,
    Received,
    Request,
    Response,
    Rest,
    Sent,
    User,
    dump,
    load,
)
from tests.simulation.oracle import check
from tests.simulation.oracle_ledger import Rules

NOON = 1_774_008_000_000  # 2026-03-20T12:00Z
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
DAY = 24 * HOUR
LIVE = Planned(NOON, "Live", "live", event="Paid")
BLAST = Planned(NOON, "Blast", "past_behaviour")
RUN = "2026-03-20T12:00[UTC]"


def user(name: str, zone: str = "", group: str = "a") -> User:
    return User(NOON, name, zone, group)


def posted(at_ms: int, event: str, who: str = "ann", status: int = 200) -> Posted:
    return Posted(at_ms, (Happened(event, who, "Paid", at_ms),), status)


def sent(message_id: str, who: str = "ann", campaign: str = "Live") -> Sent:
    run = "live" if campaign == "Live" else RUN
    return Sent(message_id, who, campaign, run, NOON + 72 * HOUR)


def request(at_ms: int, n: int, *messages: Sent, daemon: int = 1, fault: str = "") -> Request:
    return Request(at_ms, n, daemon, messages, fault)


def taken(at_ms: int, n: int, *messages: Sent, daemon: int = 1) -> list[Entry]:
    """A request that all went well with."""
    return [
        request(at_ms, n, *messages, daemon=daemon),
        Received(at_ms + 10, n, tuple(m.message_id for m in messages)),
        Response(at_ms + 20, n, 200, success=True),
    ]


def act(
    at_ms: int, n: int, what: str, campaign: str, *, ok: bool = True, wire: int = 0
) -> list[Entry]:
    return [
        Asked(at_ms, n, what, campaign, "bo"),
        Answered(at_ms + 5, n, ok=ok, on_the_wire=wire),
    ]


def books(at_ms: int, campaign: str = "Live", state: str = "running", **counts: int) -> Books:
    all_ = {"qualified": 0, "control": 0, "sent": 0, "pending": 0} | counts
    return Books(at_ms, campaign, state, skipped={}, **all_)


def ended(message_id: str, state: str = "accepted", campaign: str = "Live") -> Ended:
    return Ended(NOON + 5 * DAY, message_id, "ann", campaign, state, "")


DIED = Daemon(NOON + 12 * SECOND, 1, "killed")
LAST = NOON + 5 * DAY
REST = Rest(NOON + 5 * DAY, NOON + 4 * DAY)
A, B = sent("m1"), sent("m2")
BEGINNING: list[Entry] = [
    user("ann"),
    LIVE,
    Daemon(NOON, 1, "started"),
    *act(NOON, 1, "publish", "Live"),
    books(NOON + SECOND),
    posted(NOON + 2 * SECOND, "e1"),
]
GOOD: list[Entry] = [
    *BEGINNING,
    *taken(NOON + 3 * SECOND, 1, A),
    REST,
    books(NOON + 5 * DAY, qualified=1, sent=1),
    ended("m1"),
]


def ran(run: str, due_ms: int, state: str = "done", campaign: str = "Blast", n: int = 0) -> Ran:
    return Ran(LAST, campaign, run, state, due_ms, qualified=n)


def of_run(who: str, message_id: str, run: str) -> Sent:
    """A message of a past-behaviour campaign in one of its runs."""
    return Sent(message_id, who, "Blast", run, NOON + 72 * HOUR)


def aside(message_id: str, state: str = "dead", campaign: str = "Live", who: str = "ann") -> Aside:
    return Aside(LAST, message_id, state, campaign, who)


def broken(entries: list[Entry], *, shown: bool = True, **rules: Any) -> set[str]:
    """Which promises a history breaks; a history that was written and read is the same.

    `shown`: what waits for a person at its end is shown, whether or not the history says so.
    """
    if shown:
        waits = [e for e in entries if isinstance(e, Ended) and e.state in {"dead", "unknown"}]
        entries = [*entries, *(aside(e.message_id, e.state, e.campaign) for e in waits)]
    assert load(dump(entries)) == entries
    return {v.promise for v in check(entries, Rules(**rules))}


def blast(**plan: object) -> list[Entry]:
    """A past-behaviour campaign of three users, published at noon."""
    return [
        *(user(name) for name in ("ann", "bob", "cyd")),
        replace(BLAST, **plan),
        *act(NOON, 1, "publish", "Blast"),
    ]


def to(who: str, message_id: str) -> Sent:
    return sent(message_id, who, "Blast")
