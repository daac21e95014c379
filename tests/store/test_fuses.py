"""What was counted of a campaign's templates is there after a start, until somebody saw to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from domain.fuse import Fuse
from store import campaigns, delivered, fuses, meta
from store.campaigns import CampaignRow
from tests import blank

CAMPAIGN = (
    "INSERT INTO campaign (id, name, kind, author, state, revision, created_ms, updated_ms)"
    " VALUES ('c1', 'Coupon', 'live', 'U1', 'running', 1, 0, 100)"
)
FUSE = Fuse().add(200, prepared=50, failed=2)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    blank.lay(tmp_path)
    with closing(sqlite3.connect(tmp_path / "clarion.db", isolation_level=None)) as conn:
        conn.execute(CAMPAIGN)
        yield conn


def coupon(conn: sqlite3.Connection) -> CampaignRow:
    row = campaigns.find(conn, "Coupon")
    assert row is not None
    return row


def test_of_a_campaign_without_failures_nothing_is_kept(conn: sqlite3.Connection) -> None:
    assert fuses.recall(conn, coupon(conn)) == Fuse()


def test_what_was_accepted_since_was_rendered(conn: sqlite3.Connection) -> None:
    delivered.add(conn, ["c1"] * 7, now_ms=150)
    fuses.keep(conn, "c1", FUSE, now_ms=200)
    assert fuses.recall(conn, coupon(conn)) == FUSE
    delivered.add(conn, ["c1"] * 5, now_ms=300)
    assert fuses.recall(conn, coupon(conn)) == FUSE.add(200, prepared=5, failed=0)


def test_a_campaign_that_was_paused_or_resumed_since_begins_anew(conn: sqlite3.Connection) -> None:
    fuses.keep(conn, "c1", FUSE, now_ms=200)
    assert fuses.recall(conn, replace(coupon(conn), updated_ms=200)) == Fuse()


def test_what_cannot_be_read_counts_as_nothing(conn: sqlite3.Connection) -> None:
    meta.put(conn, "fuse:c1", "[]")
    assert fuses.recall(conn, coupon(conn)) == Fuse()
