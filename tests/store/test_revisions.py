import sqlite3

import pytest
from msgspec.structs import replace

from domain.audience import Did, Not, Saved
from domain.campaign import Campaign
from store import campaigns, revisions, saving
from store.campaigns import CampaignRow
from store.revisions import Decided

NOW = 1_790_000_000_000
BOUGHT = Did("Bought")
TO_BUYERS = Campaign(name="Welcome", kind="past_behaviour", who=Saved("Buyers"))


@pytest.fixture
def welcome(conn: sqlite3.Connection) -> CampaignRow:
    saving.save(conn, "Buyers", BOUGHT, by="U1", now_ms=NOW)
    row = campaigns.create(conn, TO_BUYERS, author="U_ANN", channel="", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    return row


def test_a_revision_runs_with_the_audience_that_it_was_written_with(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    before = revisions.revision_of(conn, welcome.id, 1)
    saving.save(conn, "Buyers", Not(BOUGHT), by="U1", now_ms=NOW)
    assert revisions.revision_of(conn, welcome.id, 1) == before
    assert before.definition == TO_BUYERS
    assert before.whole == replace(TO_BUYERS, who=BOUGHT)


def test_an_approval_binds_to_what_the_audience_was(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    before = revisions.revision_of(conn, welcome.id, 1)
    assert before.hash == revisions.hash_of(TO_BUYERS, revisions.freeze(conn, TO_BUYERS))
    saving.save(conn, "Buyers", Not(BOUGHT), by="U1", now_ms=NOW)
    assert before.hash != revisions.hash_of(TO_BUYERS, revisions.freeze(conn, TO_BUYERS))


def test_what_a_saved_audience_names_is_frozen_with_it(conn: sqlite3.Connection) -> None:
    saving.save(conn, "Buyers", BOUGHT, by="U1", now_ms=NOW)
    saving.save(conn, "Others", Not(Saved("Buyers")), by="U1", now_ms=NOW)
    frozen = revisions.freeze(conn, replace(TO_BUYERS, who=Saved("Others")))
    assert {name: each.version for name, each in frozen.items()} == {"Buyers": 1, "Others": 1}


def test_a_definition_without_saved_audiences_is_itself(conn: sqlite3.Connection) -> None:
    plain = replace(TO_BUYERS, who=BOUGHT)
    row = campaigns.create(conn, plain, author="U_ANN", channel="", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    assert revisions.revision_of(conn, row.id, 1).whole == plain


def test_the_author_leads_the_editors(conn: sqlite3.Connection, welcome: CampaignRow) -> None:
    for number, editor in ((2, "U_BOB"), (3, "U_ANN")):
        revisions.insert(conn, welcome.id, number, TO_BUYERS, {}, editor=editor, now_ms=NOW)
    assert revisions.editors(conn, welcome.id) == ("U_ANN", "U_BOB")


def test_a_revision_that_was_never_made_is_an_error(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    with pytest.raises(LookupError, match="no revision 7"):
        revisions.revision_of(conn, welcome.id, 7)


def test_what_was_last_decided_is_the_latest_approval_before_a_revision(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    for number in (2, 3):
        revisions.insert(conn, welcome.id, number, TO_BUYERS, {}, editor="U_ANN", now_ms=NOW)
    campaigns.approve(conn, welcome.id, 2, approver="U_BOB", now_ms=NOW + 2)
    assert revisions.last_decided(conn, welcome.id, before=3) == Decided(2, "U_BOB", NOW + 2)
    assert revisions.last_decided(conn, welcome.id, before=2) is None


def test_without_an_approval_it_is_what_runs_and_then_what_people_were_asked_about(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    for number in (2, 3):
        revisions.insert(conn, welcome.id, number, TO_BUYERS, {}, editor="U_ANN", now_ms=NOW)
    revisions.asked_about(conn, welcome.id, 1)
    revisions.asked_about(conn, welcome.id, 1)
    assert revisions.last_decided(conn, welcome.id, before=3) == Decided(1)
    campaigns.publish(conn, welcome.id, 2, now_ms=NOW, review_required=False)
    assert revisions.last_decided(conn, welcome.id, before=3) == Decided(2)
