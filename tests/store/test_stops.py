import sqlite3
from random import Random

import msgspec
import pytest

from domain.campaign import Trigger, Without
from domain.facts import Event
from domain.listening import Listener, key_of
from domain.timer import Timer
from store import log, stops, timers
from store.log import Incoming
from store.stops import Stops
from tests.store.stage import KEY, NOW

LISTENER = Listener(
    Trigger("Cart Updated", without=Without("Order Completed", 60, same_property="cart"))
)
CARTS = ("c1", "c2", 3, "c4")


def order(conn: sqlite3.Connection, cart: object, at_ms: int, user: str = "bot") -> None:
    source = f"e{log.last_seq(conn)}"
    body = msgspec.json.encode({"cart": cart})
    record = Incoming("event", source, user, "Order Completed", at_ms, body)
    log.append(conn, [record], now_ms=NOW, install_key=KEY)


def waits(n: int, cart: object, since_ms: int, until_ms: int) -> Timer:
    key = key_of({"cart": cart}, "cart")
    assert key is not None
    return Timer(
        id=n,
        campaign="c_1",
        user="bot",
        key=key,
        state="armed",
        event_seq=999,
        occurrence="e999",
        first_ms=since_ms,
        since_ms=since_ms,
        until_ms=until_ms,
        due_ms=until_ms,
        armed_ms=NOW,
    )


@pytest.mark.parametrize("seed", range(20))
def test_looked_through_once_for_all_the_same_event_clears_each_timer(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = Random(seed)
    for _ in range(30):
        order(
            conn, dice.choice((*CARTS, None)), NOW + dice.randrange(50), dice.choice(("bot", "x"))
        )
    own = [
        waits(n, dice.choice(CARTS), NOW + dice.randrange(40), NOW + dice.randrange(10, 60))
        for n in range(12)
    ]
    told = []
    for many in (1, 99):
        monkeypatch.setattr(stops, "MANY", many)
        asked = Stops(conn, LISTENER, own)
        told.append([timers.stopped_by(asked, LISTENER, timer) for timer in own])
    assert told[0] == told[1]
    assert None in told[0]
    assert set(told[0]) != {None}


@pytest.mark.parametrize(("many", "read"), [(stops.MANY, 40), (99, 800)])
def test_a_robots_events_are_read_once_for_all_that_wait(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, many: int, read: int
) -> None:
    monkeypatch.setattr(stops, "MANY", many)
    for n in range(40):
        order(conn, "other", NOW + n)
    own = [waits(n, f"cart {n}", NOW, NOW + 99) for n in range(20)]
    count = 0
    clears = LISTENER.clears

    def counted(event: Event) -> str | None:
        nonlocal count
        count += 1
        return clears(event)

    monkeypatch.setattr(LISTENER, "clears", counted)
    asked = Stops(conn, LISTENER, own)
    assert {timers.stopped_by(asked, LISTENER, timer) for timer in own} == {None}
    assert count == read


def test_an_event_that_cannot_be_read_clears_every_one_of_many(conn: sqlite3.Connection) -> None:
    order(conn, "c1", NOW + 5)
    conn.execute("UPDATE log SET body = x'7b'")
    own = [waits(n, f"cart {n}", NOW, NOW + 9) for n in range(stops.MANY)]
    asked = Stops(conn, LISTENER, own)
    assert {timers.stopped_by(asked, LISTENER, timer) for timer in own} == {log.last_seq(conn)}
