import sqlite3
from functools import partial

import msgspec

from domain.trait_change import seen
from store import log, merging, users
from store.applying import Applied, apply
from store.log import Incoming
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000


def test_profiles_devices_and_merges_act_in_the_order_of_the_log(conn: sqlite3.Connection) -> None:
    device = {"id": "d1", "seen": "2026-03-01", "os": "iOS"}
    records = [
        Incoming("event", "e1", "anon:d1", "Viewed", NOW, b"{}", seen=seen(device)),
        Incoming("profile", "p1", "ann", "", NOW, b'{"city":"Moss"}', ("anon:d1",)),
    ]
    log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)
    assert users.get(conn, ["ann"])["ann"].traits == {"city": "Moss", "devices": [device]}


def test_what_does_not_fit_is_counted_and_the_rest_is_laid_over(conn: sqlite3.Connection) -> None:
    body = msgspec.json.encode({"city": "Moss"})
    log.append(
        conn, [Incoming("profile", "p1", "ann", "", NOW, body)], now_ms=NOW, install_key=INSTALL_KEY
    )
    conn.execute("UPDATE log SET body = ?", (msgspec.json.encode({"k" * 121: 1, "n": 2}),))
    applied = Applied()
    merge = partial(merging.merge, now_ms=NOW, install_key=INSTALL_KEY)
    apply(conn, {}, {}, applied, after=0, merge=merge)
    assert applied.trimmed == 1
    assert users.get(conn, ["ann"])["ann"].traits == {"city": "Moss", "n": 2}
