"""A small stage for the store's jobs: published campaigns, decisions, and all that they leave."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from domain.campaign import Campaign, Limits, Trigger
from domain.review import Action, State
from domain.verdict import Send, Verdict
from store import acts, admission, campaigns, meta, runs
from store.admission import Decision, LiveBatch
from store.campaigns import Approval, CampaignRow, NotApproved
from store.caps import Cap
from store.outbox import Row
from store.runs import Run
from tests import blank

NOW = 1_790_000_000_000
HOUR = 3_600_000
KEY = bytes(32)
SLOT = "2026-09-21T16:53[UTC]"
DAY = "2026-09-21"
TABLES = ("campaign", "cursor", "cap", "run", "outbox", "decision", "books")


def fresh() -> sqlite3.Connection:
    """Open an empty database with the schema as shipped, in a writer's transaction."""
    conn = blank.in_memory()
    meta.ensure_install_key(conn, KEY)
    conn.execute("BEGIN")
    return conn


def live(**limits: Any) -> Campaign:
    return Campaign(
        name="Cart", kind="live", trigger=Trigger("Product Added"), limits=Limits(**limits)
    )


def past(**limits: Any) -> Campaign:
    return Campaign(name="Win back", kind="past_behaviour", limits=Limits(**limits))


def publish(conn: sqlite3.Connection, definition: Campaign) -> str:
    """Draft, approve and publish a campaign as two people do; return its id."""
    row = campaigns.create(conn, definition, author="U_ANN", channel="", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    act(conn, row.id, Action.SUBMIT, Action.APPROVE)
    approval = campaigns.approve(conn, row.id, 1, approver="U_BEN", now_ms=NOW)
    assert isinstance(approval, Approval)
    act(conn, row.id, Action.PUBLISH)
    assert not isinstance(campaigns.publish(conn, row.id, 1, now_ms=NOW), NotApproved)
    return row.id


def start(conn: sqlite3.Connection, definition: Campaign) -> str:
    """Publish a campaign and let it run: a live one listens, the other begins its run."""
    campaign = publish(conn, definition)
    act(conn, campaign, Action.START)
    if definition.kind == "live":
        admission.open_cursor(conn, campaign, 1)
    else:
        runs.begin(conn, campaign, SLOT, 1, due_ms=NOW, now_ms=NOW)
    return campaign


def act(conn: sqlite3.Connection, campaign: str, *actions: Action) -> None:
    for action in actions:
        moved = acts.advance(conn, campaign, action, key=KEY, now_ms=NOW)
        assert isinstance(moved, State)


def decide(
    user: str, occurrence: str = "e1", verdict: Verdict | None = None, *, day: str = DAY
) -> Decision:
    message_id = f"m1_{user}_{occurrence}"
    return Decision(message_id, user, occurrence, None, verdict or Send(), day)


def batch(
    campaign: str,
    decisions: Sequence[Decision],
    *,
    after: int = 0,
    definition: Campaign | None = None,
    upto: int | None = None,
    revision: int = 1,
) -> LiveBatch:
    """Build what the actor of a live campaign hands in."""
    definition = definition or live()
    total = definition.limits.cap_total
    return LiveBatch(
        campaign=campaign,
        revision=revision,
        after=after,
        upto=after + 1 if upto is None else upto,
        decisions=decisions,
        total=None if total is None else Cap("total", total),
        per_day=definition.limits.cap_per_day,
        on_pause_drop=definition.on_pause == "drop",
    )


def the_run(conn: sqlite3.Connection, campaign: str) -> Run:
    found = runs.find(conn, campaign, SLOT)
    assert found is not None
    return found


def rows(conn: sqlite3.Connection) -> dict[str, Row]:
    """Return the outbox, by message id."""
    columns = ", ".join(Row.__struct_fields__)
    found = conn.execute(f"SELECT {columns} FROM outbox ORDER BY message_id")
    return {row[0]: Row(*row) for row in found.fetchall()}


def row(conn: sqlite3.Connection, message_id: str) -> Row:
    return rows(conn)[message_id]


def states(conn: sqlite3.Connection) -> dict[str, str]:
    return {message_id: row.state for message_id, row in rows(conn).items()}


def everything(conn: sqlite3.Connection) -> dict[str, list[Any]]:
    """Return all that the jobs keep, to compare before and after."""
    return {
        table: sorted(conn.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for table in TABLES
    }
