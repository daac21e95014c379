import sqlite3

from domain.verdict import Control
from store import admission, log, poison, trail, users
from store.campaigns import find
from store.log import Incoming, Unreadable
from store.poison import Poison
from store.trail import Attempt, Trail
from tests.store import stage
from tests.store.stage import NOW


def read(conn: sqlite3.Connection, campaign: str, user: str) -> Trail:
    row = find(conn, campaign)
    assert row is not None
    return trail.read(conn, row, user, triggers=["Product Added"], needs=["Viewed"])


def started(conn: sqlite3.Connection) -> str:
    campaign = stage.start(conn, stage.live(cap_total=5))
    decisions = [stage.decide("ann"), stage.decide("ben", verdict=Control())]
    batch = stage.batch(campaign, decisions, definition=stage.live(cap_total=5))
    admission.admit(conn, batch, now_ms=NOW)
    return campaign


def test_a_trail_holds_messages_decisions_attempts_and_what_was_set_aside() -> None:
    conn = stage.fresh()
    campaign = started(conn)
    conn.execute("INSERT INTO attempt VALUES ('m1_ann_e1', 1, 5, 6, 'ambiguous', 'ReadTimeout')")
    poison.set_aside(conn, [Poison(campaign, 7, "ann", "KeyError", "E1", NOW)])
    found = read(conn, campaign, "ann")
    (message,) = found.messages
    assert (message.message_id, message.state) == ("m1_ann_e1", "pending")
    assert message.failed == (Attempt(1, 5, 6, "ambiguous", "ReadTimeout"),)
    assert [one.event_seq for one in found.aside] == [7]
    assert (found.cursor, found.capped) == (1, frozenset({"total"}))
    assert [one.bucket for one in read(conn, campaign, "ben").decisions] == ["control"]


def test_events_and_history_are_the_users_own_and_a_bad_body_hides_none() -> None:
    conn = stage.fresh()
    campaign = stage.start(conn, stage.live())
    records = [
        Incoming("event", f"e{n}", user, name, NOW + n, b"{}")
        for n, (user, name) in enumerate(
            [
                ("ann", "Product Added"),
                ("ann", "Product Added"),
                ("ben", "Product Added"),
                ("ann", "Viewed"),
            ]
        )
    ]
    log.append(conn, records, now_ms=NOW, install_key=stage.KEY)
    conn.execute("UPDATE log SET body = x'7b' WHERE source_id = 'e1'")
    found = read(conn, campaign, "ann")
    assert [one.seq for one in found.events] == [1, 2]
    assert isinstance(found.events[1], Unreadable)
    assert [one.source_id for one in found.history] == ["e3"]
    assert found.started_ms == NOW


def test_a_profile_that_cannot_be_read_is_told_as_not_known() -> None:
    conn = stage.fresh()
    campaign = stage.start(conn, stage.live())
    users.enrol(conn, {"ann": 1}, install_key=stage.KEY)
    assert read(conn, campaign, "ann").user is not None
    conn.execute("UPDATE user SET traits = x'7b'")
    assert read(conn, campaign, "ann").user is None


def test_a_message_is_found_by_its_id_alone() -> None:
    conn = stage.fresh()
    started(conn)
    found = trail.find_message(conn, "m1_ann_e1")
    assert found is not None
    assert found.user == "ann"
    assert trail.find_message(conn, "m1_nothing") is None
