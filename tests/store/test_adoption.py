import sqlite3

import pytest

from domain.review import Action, State
from store import (
    acts,
    adoption,
    announcements,
    audit,
    books,
    campaigns,
    erased,
    log,
    meta,
    outbox,
    runs,
    users,
)
from store.admission import admit, cursor
from store.log import Incoming
from store.tombstones import Buried, key_of, user_mark
from tests.store.stage import (
    KEY,
    NOW,
    SLOT,
    act,
    batch,
    decide,
    live,
    past,
    publish,
    start,
    states,
    the_run,
)

LATER = NOW + 3_600_000


@pytest.fixture
def _key(conn: sqlite3.Connection) -> None:
    meta.put(conn, "install_key", KEY.hex())


pytestmark = pytest.mark.usefixtures("_key")


def _state(conn: sqlite3.Connection, campaign: str) -> tuple[State, str]:
    row = campaigns.find(conn, campaign)
    assert row is not None
    return row.state, row.reason


def _live_with_open_messages(conn: sqlite3.Connection) -> str:
    campaign = start(conn, live(cap_total=9))
    decisions = [decide("ann"), decide("ben")]
    admit(conn, batch(campaign, decisions, definition=live(cap_total=9)), now_ms=NOW)
    outbox.claim(conn, campaign, ["m1_ann_e1"], now_ms=NOW)
    return campaign


def test_every_open_message_becomes_unknown_and_the_books_follow(conn: sqlite3.Connection) -> None:
    campaign = _live_with_open_messages(conn)
    done = adoption.adopt(conn, now_ms=LATER)
    assert (done.unknown, done.paused) == (2, 1)
    assert set(states(conn).values()) == {"unknown"}
    found = books.of_run(conn, campaign, "live")
    assert found == books.recount(conn, campaign, "live")
    assert (found.pending, found.balanced()) == (0, True)
    assert _state(conn, campaign) == (State.PAUSED, "adopted")


def test_slots_of_a_cap_are_not_given_back_for_what_may_have_been_sent(
    conn: sqlite3.Connection,
) -> None:
    campaign = _live_with_open_messages(conn)
    adoption.adopt(conn, now_ms=LATER)
    used = conn.execute("SELECT used FROM cap WHERE campaign = ?", (campaign,)).fetchone()
    assert used == (2,)


def test_a_run_that_was_drawn_is_missed_and_its_unseen_rows_are_gone(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, past())
    runs.draw_chunk(conn, the_run(conn, campaign), [decide("ann", "")], now_ms=NOW)
    adoption.adopt(conn, now_ms=LATER)
    assert the_run(conn, campaign).state == "missed"
    assert states(conn) == {}
    assert _state(conn, campaign)[0] is State.PAUSED


def test_a_held_run_and_one_that_sends_are_closed_too(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    runs.block(conn, the_run(conn, campaign), qualified=7, limit=5, now_ms=NOW)
    act(conn, campaign, Action.BLOCK)
    adoption.adopt(conn, now_ms=LATER)
    assert the_run(conn, campaign).state == "missed"
    assert books.of_run(conn, campaign, SLOT).balanced()
    assert _state(conn, campaign) == (State.PAUSED, "adopted")


def test_a_faulted_campaign_waits_like_the_others_and_an_ended_one_stays(
    conn: sqlite3.Connection,
) -> None:
    faulted = start(conn, live())
    act(conn, faulted, Action.FAULT)
    ended = start(conn, past())
    act(conn, ended, Action.COMPLETE)
    adoption.adopt(conn, now_ms=LATER)
    assert _state(conn, faulted)[0] is State.PAUSED
    assert _state(conn, ended)[0] is State.COMPLETED


def test_a_live_campaign_goes_on_with_what_happens_after(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    users.suppress(conn, "ann", now_ms=NOW)  # any row of the log
    adoption.adopt(conn, now_ms=LATER)
    assert cursor(conn, campaign, 1) == conn.execute("SELECT max(seq) FROM log").fetchone()[0]


def test_it_stands_in_the_audit_and_people_are_told(conn: sqlite3.Connection) -> None:
    _live_with_open_messages(conn)
    adoption.adopt(conn, now_ms=LATER)
    act_row = conn.execute("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert act_row == ("adopt", "2 unknown, 1 paused")
    (body,) = conn.execute("SELECT body FROM announcement WHERE kind = 'notice'").fetchone()
    assert "2 messages that were open are `unknown`" in body
    assert "1 campaign is paused" in body
    assert "waited to be told" not in body


def test_words_that_may_have_been_told_since_are_not_told_again(conn: sqlite3.Connection) -> None:
    announcements.add(conn, "notice", "", body="An old alarm.", now_ms=NOW)
    announcements.add(conn, "alert", "c_1", subject=SLOT, now_ms=NOW)
    adoption.adopt(conn, now_ms=LATER)
    kept = [(one.kind, one.body) for one, _ in announcements.open_ones(conn, 10)]
    assert kept[0] == ("alert", "")
    ((kind, body),) = kept[1:]
    assert kind == "notice"
    assert "1 notice that waited to be told" in body


def test_a_notice_is_not_taken_for_one_that_was_posted_after_the_backup(
    conn: sqlite3.Connection,
) -> None:
    """Slack's posts of words are known by the announcement's id, which counted on after it."""
    conn.execute("SAVEPOINT the_backup")
    lost = announcements.add(conn, "notice", "", body="It was told.", now_ms=NOW)
    conn.execute("ROLLBACK TO the_backup")
    adoption.adopt(conn, now_ms=LATER)
    ids = [one.id for one, _ in announcements.open_ones(conn, 10)]
    assert ids
    assert lost not in ids


def test_the_cards_in_slack_say_again_what_this_database_says(conn: sqlite3.Connection) -> None:
    drafted = campaigns.create(conn, past(), author="U_ANN", channel="", now_ms=NOW)
    assert isinstance(drafted, campaigns.CampaignRow)
    card = announcements.add(conn, "card", drafted.id, now_ms=NOW)
    announcements.done(conn, card, card=announcements.Card("C1", "1.1"), now_ms=NOW)
    adoption.adopt(conn, now_ms=LATER)
    told = [(one.kind, one.campaign) for one, _ in announcements.open_ones(conn, 10)]
    assert ("card", drafted.id) in told


def test_a_new_campaign_never_gets_the_id_of_one_made_after_the_backup(
    conn: sqlite3.Connection,
) -> None:
    conn.execute("SAVEPOINT the_backup")
    lost = publish(conn, live())
    conn.execute("ROLLBACK TO the_backup")
    adoption.adopt(conn, now_ms=LATER)
    assert publish(conn, live()) != lost


def test_what_was_stopped_since_is_stopped_again_whatever_it_was_then(
    conn: sqlite3.Connection,
) -> None:
    running = start(conn, live())
    draft = campaigns.create(conn, past(), author="U_ANN", channel="", now_ms=NOW)
    assert isinstance(draft, campaigns.CampaignRow)
    adoption.adopt(conn, now_ms=LATER)
    buried = Buried(frozenset({running, draft.id, "c_unknown"}), frozenset())
    for _ in range(2):
        adoption.bury(conn, buried, now_ms=LATER)
    assert _state(conn, running)[0] is State.STOPPED
    assert _state(conn, draft.id)[0] is State.STOPPED


def test_who_was_suppressed_since_stays_so_known_or_not(conn: sqlite3.Connection) -> None:
    users.enrol(conn, {"ann": 0, "ben": 0}, install_key=KEY)
    marks = {user_mark(key_of(KEY), user) for user in ("ann", "cleo")}
    adoption.bury(conn, Buried(frozenset(), frozenset(marks)), now_ms=LATER)
    users.enrol(conn, {"cleo": 1, "dan": 1}, install_key=KEY)
    found = users.get(conn, ["ann", "ben", "cleo", "dan"])
    assert {user for user in found if found[user].suppressed} == {"ann", "cleo"}


def test_a_time_that_had_come_at_the_adoption_may_have_been_used(conn: sqlite3.Connection) -> None:
    assert not adoption.was_before(conn, NOW)
    adoption.adopt(conn, now_ms=LATER)
    assert adoption.was_before(conn, LATER)
    assert not adoption.was_before(conn, LATER + 1)


def test_the_chain_of_the_audit_goes_on(conn: sqlite3.Connection) -> None:
    adoption.adopt(conn, now_ms=LATER)
    assert audit.verify(conn, acts.audit_key(KEY)) == 1


def test_who_was_erased_since_is_erased_again_and_stays_unknown(conn: sqlite3.Connection) -> None:
    def feed(user: str, name: str) -> None:
        record = Incoming("event", name, user, "Product Added", NOW, b"{}")
        log.append(conn, [record], now_ms=NOW, install_key=KEY)

    campaign = start(conn, live())
    feed("ann", "e1")
    admit(conn, batch(campaign, [decide("ann")]), now_ms=NOW)
    marks = frozenset(user_mark(key_of(KEY), user) for user in ("ann", "cleo"))
    for _ in range(2):
        adoption.bury(conn, Buried(frozenset(), marks, marks), now_ms=LATER)
    for user in ("ann", "cleo", "dan"):
        feed(user, f"{user}-2")
    assert set(users.get(conn, ["ann", "cleo", "dan"])) == {"dan"}
    ((name, state, reason),) = conn.execute("SELECT user, state, reason FROM outbox").fetchall()
    assert (name, state, reason) == (erased.name_of(conn, "ann"), "cancelled", "suppressed")
    audited = conn.execute("SELECT who, detail FROM audit WHERE action = 'erase'").fetchall()
    assert audited == [("clarion", f"{name}, erased before the restore")]
