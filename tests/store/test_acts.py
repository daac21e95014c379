import sqlite3

import pytest
from msgspec.structs import replace

from domain.review import Action, Forbidden, State
from store import acts, announcements, audit, books, campaigns
from store.campaigns import CampaignRow
from tests.store.stage import KEY, NOW, act, everything, live, publish

WRITER, APPROVER = "U_ANN", "U_BEN"


@pytest.fixture
def draft(conn: sqlite3.Connection) -> str:
    row = campaigns.create(conn, live(), author=WRITER, channel="", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    return row.id


def told(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return what Slack must be told now, and take it as told."""
    found = [said for said, _ in announcements.open_ones(conn, 99)]
    for said in found:
        announcements.done(conn, said.id, card=None, now_ms=NOW)
    return [(said.kind, said.subject, said.body) for said in found]


def edit(conn: sqlite3.Connection, campaign: str, label: str) -> None:
    edited = replace(live(), labels=(label,))
    campaigns.add_revision(conn, campaign, edited, editor=WRITER, now_ms=NOW)


def records(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return conn.execute("SELECT who, action, detail FROM audit ORDER BY id").fetchall()


def test_an_act_moves_the_campaign_and_says_so_in_the_audit_and_in_slack(
    conn: sqlite3.Connection, draft: str
) -> None:
    answer = acts.advance(
        conn, draft, Action.SUBMIT, who=WRITER, reason="why", say="Submitted.", key=KEY, now_ms=NOW
    )
    assert answer is State.IN_REVIEW
    assert records(conn) == [(WRITER, "submit", "why")]
    assert told(conn) == [("card", "", ""), ("reply", "", "Submitted.")]


def test_an_act_that_the_life_cycle_forbids_leaves_no_trace(
    conn: sqlite3.Connection, draft: str
) -> None:
    before = everything(conn)
    answer = acts.advance(conn, draft, Action.PAUSE, who=WRITER, say="!", key=KEY, now_ms=NOW)
    assert isinstance(answer, Forbidden)
    assert (everything(conn), records(conn), told(conn)) == (before, [], [])


def test_the_engine_signs_what_no_person_did(conn: sqlite3.Connection) -> None:
    publish(conn, live())
    assert {who for who, _, _ in records(conn)} == {acts.ENGINE}


def test_every_act_is_a_link_of_the_chain(conn: sqlite3.Connection, draft: str) -> None:
    key = acts.audit_key(KEY)
    assert len({key, acts.audit_key(b"1" * 32), KEY}) == 3
    for action in (Action.SUBMIT, Action.REQUEST_CHANGES):
        acts.advance(conn, draft, action, key=key, now_ms=NOW)
    acts.record(conn, who=WRITER, action="note", campaign=draft, detail="", key=key, now_ms=NOW)
    assert len(records(conn)) == 3
    assert audit.verify(conn, key=key) == 3


def test_a_reason_may_change_without_a_step(conn: sqlite3.Connection, draft: str) -> None:
    acts.set_reason(conn, draft, "safety_limit", now_ms=NOW + 5)
    row = campaigns.find(conn, draft)
    assert row is not None
    assert (row.state, row.reason, row.updated_ms) == (State.DRAFT, "safety_limit", NOW + 5)


def test_a_draft_that_nobody_was_shown_is_edited_in_silence(
    conn: sqlite3.Connection, draft: str
) -> None:
    edit(conn, draft, "a")
    act(conn, draft, Action.EDIT)
    assert told(conn) == []


def test_a_second_review_is_called_out_for_the_card_is_an_old_one(
    conn: sqlite3.Connection, draft: str
) -> None:
    """The one card of a campaign may stand far up in its channel by now."""
    act(conn, draft, Action.SUBMIT)
    card, _ = announcements.open_ones(conn, 9)[0]
    announcements.done(conn, card.id, card=announcements.Card("C1", "1.1"), now_ms=NOW)
    act(conn, draft, Action.EDIT)
    edit(conn, draft, "a")
    assert told(conn) == [("card", "", "")]
    acts.advance(conn, draft, Action.SUBMIT, who=WRITER, say="Look again.", key=KEY, now_ms=NOW)
    assert told(conn) == [("card", "", ""), ("call", "", "Look again.")]


@pytest.mark.parametrize("end", [Action.STOP, Action.COMPLETE])
def test_the_table_itself_keeps_what_has_ended_ended(conn: sqlite3.Connection, end: Action) -> None:
    campaign = publish(conn, live())
    act(conn, campaign, Action.START, end)
    acts.set_reason(conn, campaign, "a note", now_ms=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="never runs again"):
        conn.execute("UPDATE campaign SET state = 'running'")


@pytest.mark.parametrize(
    ("approver", "revision", "digest"),
    [
        (WRITER, 1, "right"),
        ("U_EDITOR", 1, "right"),
        ("U_EDITOR", 2, "right"),
        (APPROVER, 1, "wrong"),
        (APPROVER, 2, "of revision 1"),
        (APPROVER, 3, "right"),
    ],
)
def test_the_table_itself_refuses_an_approval_by_a_writer_or_of_other_content(
    conn: sqlite3.Connection, draft: str, approver: str, revision: int, digest: str
) -> None:
    edited = replace(live(), labels=("b",))
    campaigns.add_revision(conn, draft, edited, editor="U_EDITOR", now_ms=NOW)
    hashes = {n: campaigns.revision_of(conn, draft, n).hash for n in (1, 2)}
    stated = {"right": hashes.get(revision, ""), "wrong": "0" * 64, "of revision 1": hashes[1]}
    values = (draft, revision, stated[digest], WRITER, approver, NOW)
    with pytest.raises(sqlite3.IntegrityError, match=r"another person|CHECK"):
        conn.execute("INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?)", values)


def test_the_author_cannot_be_written_out_of_an_approval(
    conn: sqlite3.Connection, draft: str
) -> None:
    digest = campaigns.revision_of(conn, draft, 1).hash
    values = (draft, 1, digest, "U_SOMEBODY", WRITER, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="another person"):
        conn.execute("INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?)", values)


def test_what_was_approved_and_what_was_written_never_change(
    conn: sqlite3.Connection, draft: str
) -> None:
    campaigns.approve(conn, draft, 1, approver=APPROVER, now_ms=NOW)
    for change in ("UPDATE approval SET hash = 'x'", "UPDATE revision SET definition = x'7b7d'"):
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            conn.execute(change)


@pytest.mark.parametrize(("qualified", "reports"), [(3, 1), (0, 0)])
def test_a_campaign_that_is_over_gets_its_report_if_it_was_for_somebody(
    conn: sqlite3.Connection, qualified: int, reports: int
) -> None:
    campaign = publish(conn, live())
    if qualified:
        books.add(conn, campaign, "live", "qualified", qualified)
    told(conn)
    act(conn, campaign, Action.START, Action.PAUSE)
    assert "digest" not in [kind for kind, _, _ in told(conn)]
    act(conn, campaign, Action.STOP)
    assert [said for said in told(conn) if said[0] == "digest"] == [
        ("digest", "", "final")
    ] * reports
