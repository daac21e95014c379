import sqlite3

from store import admission, dossier, erased, erasures, log
from store.log import Incoming, Unreadable
from tests.store.stage import KEY, NOW, batch, decide, fresh, live, start


def test_the_latest_events_and_messages_come_first() -> None:
    conn = fresh()
    campaign = start(conn, live())
    records = [Incoming("event", f"e{n}", "u1", "Product Added", NOW + n, b"{}") for n in range(5)]
    log.append(conn, records, now_ms=NOW, install_key=KEY)
    for n in range(3):
        made = [decide("u1", f"e{n}")]
        admission.admit(conn, batch(campaign, made, after=n), now_ms=NOW + n)
    found = dossier.read(conn, "u1", limit=2)
    assert [each.source_id for each in found.events if not isinstance(each, Unreadable)] == [
        "e4",
        "e3",
    ]
    assert [each.message_id for each in found.messages] == ["m1_u1_e2", "m1_u1_e1"]
    assert (found.kept.events, found.kept.messages) == (5, 3)
    assert found.messages[0].campaign == "Cart"


def test_an_erased_user_has_a_name_for_the_audit_and_nothing_else(
    conn: sqlite3.Connection,
) -> None:
    erasures.erase(conn, "u1", now_ms=NOW)
    found = dossier.read(conn, "u1", limit=2)
    assert (found.erased, found.profile, found.events) == (True, None, ())
    assert found.audited_as == erased.name_of(conn, "u1")


def test_lists_are_those_whose_version_counts(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO list (id, name, folded, version) VALUES (1, 'VIP', 'vip', 2)")
    conn.execute("INSERT INTO list (id, name, folded, version) VALUES (2, 'Old', 'old', 2)")
    conn.execute("INSERT INTO list_member VALUES (1, 2, 'u1'), (2, 1, 'u1'), (1, 2, 'u2')")
    assert dossier.read(conn, "u1", limit=2).lists == ("VIP",)


def test_a_profile_that_cannot_be_read_hides_nothing_else(conn: sqlite3.Connection) -> None:
    log.append(conn, [Incoming("event", "e1", "u1", "A", NOW, b"{")], now_ms=NOW, install_key=KEY)
    conn.execute("UPDATE user SET traits = x'7b'")
    found = dossier.read(conn, "u1", limit=2)
    assert (found.profile, found.kept.profiles) == (None, 1)
    assert isinstance(found.events[0], Unreadable)
