import sqlite3
from pathlib import Path

import pytest

from store import others, scratch
from store.others import Wanted
from store.scratch import REPLAY_NAME, Copied
from tests.store.stage import HOUR, NOW
from tests.store.test_scratch import source as source  # a fixture

Life = tuple[str, int, int | None, int, str]
"""The id, when it was decided, when claimed, when it ended, and as what."""
LIVES: dict[str, Life] = {
    "before": ("m1", -30, -29, -29, "accepted"),
    "long ago": ("m2", -90, -90, -90, "accepted"),
    "within": ("m3", -10, -3, -3, "accepted"),
    "unsent": ("m4", -5, None, -2, "expired"),
    "waits yet": ("m5", -1, None, -1, "pending"),
    "lost": ("m6", -9, -8, -7, "unknown"),
}


def keep(source: Path, life: Life, *, user: str = "u1", campaign: str = "c_x", n: int = 1) -> None:
    message_id, decided, claimed, ended, state = life
    with sqlite3.connect(source) as conn:
        conn.execute(
            "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state,"
            " admitted_ms, due_ms, lane, updated_ms, claimed_ms, counts)"
            " VALUES (?, ?, 1, 'live', ?, '', ?, ?, ?, 0, ?, ?, ?)",
            (
                message_id,
                campaign,
                user,
                state,
                NOW + decided * HOUR,
                NOW + decided * HOUR,
                NOW + ended * HOUR,
                None if claimed is None else NOW + claimed * HOUR,
                n,
            ),
        )


def made(tmp_path: Path, source: Path) -> Copied:
    folder = tmp_path / "scratch"
    folder.mkdir()
    answer = scratch.make(
        folder,
        source,
        names=("A", "B"),
        triggers=("A",),
        since_ms=NOW - 24 * HOUR,
        until_ms=NOW,
        wanted=Wanted("c_mine", 48 * HOUR),
    )
    assert isinstance(answer, Copied), answer
    return answer


def states(tmp_path: Path, hours: int) -> dict[str, str]:
    """Play everything up to so many hours before the end, and look at the outbox."""
    file = tmp_path / "scratch"
    with sqlite3.connect(file / "clarion.db") as conn:
        for moment, some in others.steps(file / REPLAY_NAME):
            if moment <= NOW + hours * HOUR:
                others.play(conn, some)
                others.play(conn, some)  # a commit whose outcome was unknown
        return dict(conn.execute("SELECT message_id, state FROM outbox").fetchall())


def test_each_message_is_at_each_moment_what_it_was_then(tmp_path: Path, source: Path) -> None:
    for life in LIVES.values():
        keep(source, life)
    assert made(tmp_path, source).others == 5
    assert states(tmp_path, -24) == {"m1": "accepted"}
    assert states(tmp_path, -8) == {"m1": "accepted", "m3": "pending", "m6": "in_flight"}
    assert states(tmp_path, 0) == {
        "m1": "accepted",
        "m3": "accepted",
        "m4": "expired",
        "m5": "pending",
        "m6": "unknown",
    }


@pytest.mark.parametrize(
    "why", [{"user": "u2"}, {"campaign": "c_mine"}, {"n": 0}], ids=["user", "own", "uncounted"]
)
def test_what_no_limit_asks_for_is_not_copied(
    tmp_path: Path, source: Path, why: dict[str, object]
) -> None:
    keep(source, LIVES["within"], **why)  # type: ignore[arg-type]
    assert made(tmp_path, source).others == 0


def test_what_went_to_an_id_that_the_person_had_before_counts(tmp_path: Path, source: Path) -> None:
    keep(source, LIVES["within"], user="old")
    with sqlite3.connect(source) as conn:
        conn.execute("INSERT INTO identity (old, user, seq) VALUES ('old', 'u1', 1)")
    assert made(tmp_path, source).others == 1


def test_more_than_a_rehearsal_plays_is_refused(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(source, LIVES["within"])
    monkeypatch.setattr(others, "MESSAGES_MAX", 0)
    with pytest.raises(AssertionError, match="messages of other campaigns"):
        made(tmp_path, source)
