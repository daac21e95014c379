import sqlite3
from pathlib import Path

import pytest

from domain.campaign import Campaign, Trigger, What
from store import campaigns, delivered, scratch, sent_elsewhere
from store.campaigns import CampaignRow
from store.scratch import REPLAY_NAME, Copied
from tests.store.stage import HOUR, NOW
from tests.store.test_scratch import source as source  # a fixture

SINCE = NOW - 24 * HOUR
TWOFOLD = What(identify=("plan",))


def keep(source: Path, *claims: int | None, campaign: str = "c_x", n: str = "") -> None:
    """Keep a message that was claimed at each of these hours before the end; the last one holds."""
    with sqlite3.connect(source) as conn:
        *failed, last = claims
        name = f"{campaign} {n or claims}"
        at = None if last is None else NOW + last * HOUR
        conn.execute(
            "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state,"
            " admitted_ms, due_ms, lane, updated_ms, claimed_ms, counts)"
            " VALUES (?, ?, 1, 'live', ?, ?, 'accepted', ?, ?, 0, ?, ?, 0)",
            (name, campaign, name, name, SINCE, SINCE, at or SINCE, at),
        )
        conn.executemany(
            "INSERT INTO attempt (message_id, n, claimed_ms, ended_ms, outcome, detail)"
            " VALUES (?, ?, ?, ?, 'throttled', '')",
            [
                (name, i, NOW + hours * HOUR, NOW + hours * HOUR)
                for i, hours in enumerate(failed)
                if hours is not None
            ],
        )
        delivered.add(conn, [campaign], now_ms=at or SINCE)


def sent(tmp_path: Path, source: Path) -> list[tuple[int, int, int]]:
    """Return what a rehearsal is told: hours after its beginning, messages, events."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    answer = scratch.make(
        folder,
        source,
        names=("A",),
        triggers=("A",),
        since_ms=SINCE,
        until_ms=NOW,
        but_of="c_mine",
    )
    assert isinstance(answer, Copied)
    found = list(sent_elsewhere.bursts(folder / REPLAY_NAME, since_ms=SINCE))
    assert answer.elsewhere == sum(messages for _, messages, _ in found)
    return [(at // HOUR, messages, events) for at, messages, events in found]


def test_what_others_sent_at_one_moment_is_told_together_and_in_order(
    tmp_path: Path, source: Path
) -> None:
    for n, hours in enumerate((-2, -5, -2)):
        keep(source, hours, campaign=f"c_{n}")
    assert sent(tmp_path, source) == [(19, 1, 1), (22, 2, 2)]


@pytest.mark.parametrize("hours", [-25, 1, None], ids=["before", "after", "never left"])
def test_what_did_not_leave_in_the_stretch_is_left_out(
    tmp_path: Path, source: Path, hours: int | None
) -> None:
    keep(source, hours)
    assert sent(tmp_path, source) == []


def test_the_campaigns_own_messages_are_left_out(tmp_path: Path, source: Path) -> None:
    keep(source, -2, campaign="c_mine")
    keep(source, -2)
    assert sent(tmp_path, source) == [(22, 1, 1)]


def test_a_message_that_was_tried_again_left_each_time(tmp_path: Path, source: Path) -> None:
    keep(source, -4, -3, -3)
    assert sent(tmp_path, source) == [(20, 1, 1), (21, 1, 1)], "the last try is in both tables"


def test_a_message_with_an_identify_call_is_two_events(tmp_path: Path, source: Path) -> None:
    definition = Campaign("Other", "live", trigger=Trigger("A"), what=TWOFOLD)
    with sqlite3.connect(source) as conn:
        row = campaigns.create(conn, definition, author="U_ANN", channel="", now_ms=NOW)
        assert isinstance(row, CampaignRow)
    keep(source, -1, campaign=row.id)
    assert sent(tmp_path, source) == [(23, 1, 2)]


def test_where_nothing_was_sent_nothing_is_looked_through(tmp_path: Path, source: Path) -> None:
    keep(source, -2)
    with sqlite3.connect(source) as conn:
        conn.execute("DELETE FROM delivered")
    assert sent(tmp_path, source) == []
