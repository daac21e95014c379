import sqlite3

import pytest
from msgspec.structs import replace

from domain.campaign import Campaign, content_hash
from domain.review import Action, Forbidden, State
from store import campaigns, runs
from store.campaigns import Approval, CampaignRow, NameTaken, NotAnother, NotApproved

NOW = 1_790_000_000_000
WELCOME = Campaign(name="Welcome", kind="live", labels=("new",))
EDITED = replace(WELCOME, labels=("old",))


@pytest.fixture
def welcome(conn: sqlite3.Connection) -> CampaignRow:
    row = campaigns.create(conn, WELCOME, author="U_ANN", channel="C_ONE", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    return row


def named(conn: sqlite3.Connection, name: str) -> CampaignRow | NameTaken:
    definition = replace(WELCOME, name=name)
    return campaigns.create(conn, definition, author="U_ANN", channel="", now_ms=NOW)


def walk(conn: sqlite3.Connection, campaign_id: str, *actions: Action) -> State | Forbidden:
    where: State | Forbidden = State.DRAFT
    for action in actions:
        where = campaigns.move(conn, campaign_id, action, now_ms=NOW)
    return where


PUBLISHED = (Action.SUBMIT, Action.APPROVE, Action.PUBLISH)


def test_a_new_campaign_is_a_draft_of_its_author(welcome: CampaignRow) -> None:
    assert welcome == CampaignRow(
        id=welcome.id,
        name="Welcome",
        kind="live",
        author="U_ANN",
        state=State.DRAFT,
        reason="",
        started=False,
        revision=1,
        published=None,
        published_ms=None,
        channel="C_ONE",
        created_ms=NOW,
        updated_ms=NOW,
        archived=False,
    )


def test_ids_are_letters_that_tell_nothing_and_never_repeat(conn: sqlite3.Connection) -> None:
    ids = set()
    for n in range(20):
        row = named(conn, f"Campaign {n}")
        assert isinstance(row, CampaignRow)
        ids.add(row.id)
    assert len(ids) == 20
    assert all(len(one) == 12 and one.startswith("c_") and one.islower() for one in ids)


@pytest.mark.parametrize("name", ["Welcome", " welcome ", "WELCOME"])
def test_a_name_is_taken_in_whatever_case(
    conn: sqlite3.Connection, welcome: CampaignRow, name: str
) -> None:
    assert named(conn, name) == NameTaken(name.strip(), welcome.id)


def test_case_is_ignored_in_every_script(conn: sqlite3.Connection) -> None:
    row = named(conn, "Літо Été")
    assert campaigns.find(conn, "ЛІТО E\u0301TE\u0301") == row


def test_a_campaign_cannot_be_hidden_by_one_named_like_its_id(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    assert named(conn, welcome.id) == NameTaken(welcome.id, welcome.id)


@pytest.mark.parametrize("wanted", ["welcome", "  WELCOME ", "id"])
def test_a_campaign_is_found_by_name_or_id(
    conn: sqlite3.Connection, welcome: CampaignRow, wanted: str
) -> None:
    assert campaigns.find(conn, welcome.id if wanted == "id" else wanted) == welcome


def test_a_stranger_is_not_found(conn: sqlite3.Connection, welcome: CampaignRow) -> None:
    assert campaigns.find(conn, "Welcome back") is None


def test_campaigns_are_listed_the_latest_first(conn: sqlite3.Connection) -> None:
    for name in ("One", "Two", "Three"):
        named(conn, name)
    assert [row.name for row in campaigns.everyone(conn)] == ["Three", "Two", "One"]


def test_an_edit_is_a_new_revision_and_the_old_one_stays(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    number = campaigns.add_revision(conn, welcome.id, EDITED, editor="U_BEN", now_ms=NOW + 1)
    assert number == 2
    first, second = (campaigns.revision_of(conn, welcome.id, n) for n in (1, 2))
    assert (first.definition, first.hash) == (WELCOME, content_hash(WELCOME))
    assert (second.definition, second.editor) == (EDITED, "U_BEN")
    assert "U_BEN" in campaigns.editors(conn, welcome.id)


def test_the_same_content_again_is_no_edit(conn: sqlite3.Connection, welcome: CampaignRow) -> None:
    again = Campaign(name="Welcome", kind="live", labels=("new",))
    assert campaigns.add_revision(conn, welcome.id, again, editor="U_BEN", now_ms=NOW) == 1
    assert campaigns.editors(conn, welcome.id) == ("U_ANN",)


def test_going_back_to_an_earlier_content_is_an_edit(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    campaigns.add_revision(conn, welcome.id, EDITED, editor="U_BEN", now_ms=NOW)
    assert campaigns.add_revision(conn, welcome.id, WELCOME, editor="U_BEN", now_ms=NOW) == 3


def test_an_edit_may_rename_but_not_to_a_name_in_use(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    other = named(conn, "Other")
    assert isinstance(other, CampaignRow)
    for name, answer in [("hello", 2), ("OTHER", NameTaken("OTHER", other.id)), ("Hello", 3)]:
        definition = replace(WELCOME, name=name)
        done = campaigns.add_revision(conn, welcome.id, definition, editor="U_ANN", now_ms=NOW)
        assert done == answer
    assert campaigns.find(conn, welcome.id) == replace(welcome, name="Hello", revision=3)


def test_editors_stand_in_the_order_of_their_first_edit(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    for n, editor in enumerate(["U_ZOE", "U_BEN", "U_ZOE"]):
        definition = replace(WELCOME, labels=(str(n),))
        campaigns.add_revision(conn, welcome.id, definition, editor=editor, now_ms=NOW)
    assert campaigns.editors(conn, welcome.id) == ("U_ANN", "U_ZOE", "U_BEN")


def test_a_revision_that_was_never_made_is_an_error(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    with pytest.raises(LookupError, match="no revision 7"):
        campaigns.revision_of(conn, welcome.id, 7)


def test_a_step_moves_the_state_and_keeps_the_reason(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    walk(conn, welcome.id, Action.SUBMIT)
    action, why = Action.REQUEST_CHANGES, "too many"
    assert campaigns.move(conn, welcome.id, action, reason=why, now_ms=NOW + 9) is State.REJECTED
    assert campaigns.find(conn, welcome.id) == replace(
        welcome, state=State.REJECTED, reason="too many", updated_ms=NOW + 9
    )


def test_a_step_that_the_life_cycle_forbids_changes_nothing(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    answer = campaigns.move(conn, welcome.id, Action.PUBLISH, now_ms=NOW + 9)
    assert answer == Forbidden(State.DRAFT, Action.PUBLISH, (Action.EDIT, Action.SUBMIT))
    assert campaigns.find(conn, welcome.id) == welcome


def test_a_resumed_campaign_that_never_ran_waits_for_its_time(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    assert walk(conn, welcome.id, *PUBLISHED, Action.PAUSE, Action.RESUME) is State.SCHEDULED


@pytest.mark.parametrize(
    ("kind", "open_run", "after"),
    [
        ("live", False, State.RUNNING),
        ("past_behaviour", True, State.RUNNING),
        ("past_behaviour", False, State.AWAITING_NEXT_RUN),
    ],
)
def test_a_resumed_campaign_that_had_started_goes_on_where_it_was(
    conn: sqlite3.Connection, welcome: CampaignRow, kind: str, open_run: bool, after: State
) -> None:
    conn.execute("UPDATE campaign SET kind = ?", (kind,))
    runs.begin(conn, welcome.id, "slot", 1, due_ms=NOW, now_ms=NOW)
    if not open_run:
        runs.set_state(conn, welcome.id, "slot", "done", now_ms=NOW)
    steps = (*PUBLISHED, Action.START, Action.PAUSE, Action.RESUME)
    assert walk(conn, welcome.id, *steps) is after


def test_a_move_of_no_campaign_is_an_error(conn: sqlite3.Connection) -> None:
    with pytest.raises(LookupError, match="no campaign with the id c_nobody"):
        campaigns.move(conn, "c_nobody", Action.EDIT, now_ms=NOW)


def test_another_person_approves_exactly_the_content_that_stands_there(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    given = campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=NOW)
    assert given == Approval(welcome.id, 1, content_hash(WELCOME), "U_ANN", "U_BEN", NOW)
    assert campaigns.approval_of(conn, welcome.id, 1) == given
    assert campaigns.approval_of(conn, welcome.id, 2) is None


@pytest.mark.parametrize("approver", ["U_ANN", "U_BEN"])
def test_the_database_refuses_the_author_and_every_editor(
    conn: sqlite3.Connection, welcome: CampaignRow, approver: str
) -> None:
    campaigns.add_revision(conn, welcome.id, EDITED, editor="U_BEN", now_ms=NOW)
    answer = campaigns.approve(conn, welcome.id, 2, approver=approver, now_ms=NOW)
    assert answer == NotAnother(approver)
    assert campaigns.approval_of(conn, welcome.id, 2) is None


def test_a_second_approval_is_told_who_decided(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    first = campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=NOW)
    for later in ("U_BEN", "U_ZOE"):
        assert campaigns.approve(conn, welcome.id, 1, approver=later, now_ms=NOW + 9) == first


def test_an_approval_that_exists_does_not_let_the_author_approve(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=NOW)
    answer = campaigns.approve(conn, welcome.id, 1, approver="U_ANN", now_ms=NOW)
    assert answer == NotAnother("U_ANN")


def test_nothing_is_published_that_nobody_approved(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=NOW)
    campaigns.add_revision(conn, welcome.id, EDITED, editor="U_ANN", now_ms=NOW)
    for instead in (False, True):
        answer = campaigns.publish(conn, welcome.id, 2, now_ms=NOW, instead=instead)
        assert answer == NotApproved(2, content_hash(EDITED))
    row = campaigns.find(conn, welcome.id)
    assert row is not None
    assert row.published is None


def test_an_approved_revision_is_published(conn: sqlite3.Connection, welcome: CampaignRow) -> None:
    campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=NOW)
    answer = campaigns.publish(conn, welcome.id, 1, now_ms=NOW + 9, zone="Europe/Kyiv")
    assert answer == campaigns.revision_of(conn, welcome.id, 1)
    assert campaigns.find(conn, welcome.id) == replace(
        welcome, published=1, published_ms=NOW + 9, updated_ms=NOW + 9, zone="Europe/Kyiv"
    )


def test_what_is_published_instead_keeps_when_and_where_it_was_published(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    for revision in (1, 2):
        campaigns.approve(conn, welcome.id, revision, approver="U_BEN", now_ms=NOW)
        campaigns.add_revision(conn, welcome.id, EDITED, editor="U_ANN", now_ms=NOW)
    campaigns.publish(conn, welcome.id, 1, now_ms=NOW, zone="Europe/Kyiv")
    campaigns.publish(conn, welcome.id, 2, now_ms=NOW + 9, zone="UTC", instead=True)
    row = campaigns.find(conn, welcome.id)
    assert row is not None
    assert (row.published, row.published_ms, row.zone) == (2, NOW, "Europe/Kyiv")


def test_an_operator_who_switched_review_off_publishes_without_approval(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    answer = campaigns.publish(conn, welcome.id, 1, now_ms=NOW, review_required=False)
    assert answer == campaigns.revision_of(conn, welcome.id, 1)


def test_a_broken_database_is_not_taken_for_a_refused_approval(
    conn: sqlite3.Connection, welcome: CampaignRow
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        campaigns.approve(conn, welcome.id, 1, approver="U_BEN", now_ms=None)  # type: ignore[arg-type] # the fault under test
