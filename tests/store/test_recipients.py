import sqlite3
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from domain.books import Books, SkipReason
from domain.campaign import Campaign
from domain.frequency import GlobalLimits, Rolling
from domain.release import BEGINS_MS_MAX
from domain.review import Action
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import books, recipients, runs
from store.allowance import UNBOUND, Bounds
from store.recipients import ROOM_FOR_ALL, Room
from tests.store.stage import (
    HOUR,
    NOW,
    SLOT,
    act,
    decide,
    past,
    publish,
    row,
    rows,
    start,
    the_run,
)

ONE_A_DAY = Bounds(GlobalLimits(rules=(Rolling(max=1, minutes=24 * 60),)))
DISCARD: Verdict = Skip(SkipReason.DND_DISCARD)


def draw(
    conn: sqlite3.Connection,
    campaign: str,
    verdicts: Sequence[Verdict],
    *,
    room: Room = ROOM_FOR_ALL,
    bounds: Bounds = UNBOUND,
    cutoff_ms: int | None = None,
) -> int:
    """Draw users u0, u1, ... of one chunk; return how many got a place."""
    decisions = [
        replace(decide(f"u{n}", "", verdict), message_id=f"{campaign}_u{n}", cutoff_ms=cutoff_ms)
        for n, verdict in enumerate(verdicts)
    ]
    return runs.draw_chunk(
        conn,
        the_run(conn, campaign),
        decisions,
        now_ms=NOW,
        room=room,
        bounds=bounds,
    )


def finished(conn: sqlite3.Connection, campaign: str, definition: Campaign, n: int) -> Books:
    run = the_run(conn, campaign)
    assert runs.finish_draw(conn, run, definition, qualified=n, now_ms=NOW)
    return books.of_run(conn, campaign, SLOT)


def another(conn: sqlite3.Connection) -> str:
    campaign = publish(conn, replace(past(), name="Another"))
    act(conn, campaign, Action.START)
    runs.begin(conn, campaign, SLOT, 1, due_ms=NOW, now_ms=NOW)
    return campaign


def test_places_go_in_the_order_of_the_draw_to_those_whom_nothing_leaves_out(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, past())
    verdicts: list[Verdict] = [Control(), Send(), Skip(SkipReason.UNREACHABLE), Send(), Send()]
    assert draw(conn, campaign, verdicts, room=Room(2, SkipReason.CAP_REACHED)) == 2
    assert [each.user for each in rows(conn).values()] == ["u1", "u3"]
    skipped = {SkipReason.UNREACHABLE: 1, SkipReason.CAP_REACHED: 1}
    assert finished(conn, campaign, past(), 5) == Books(5, 1, 0, skipped, 2)


def test_two_campaigns_that_draw_at_once_never_promise_the_same_place(
    conn: sqlite3.Connection,
) -> None:
    """Nothing of the first is sent, or even shown, when the second draws."""
    first, second = start(conn, past()), another(conn)
    assert draw(conn, first, [Send(), Send()], bounds=ONE_A_DAY) == 2
    assert draw(conn, second, [Send(), Send(), Send()], bounds=ONE_A_DAY) == 1
    found = finished(conn, second, past(), 3)
    assert found == Books(3, 0, 0, {SkipReason.FREQUENCY_LIMIT: 2}, 1)


def test_who_is_over_a_limit_takes_no_place_of_the_cap(conn: sqlite3.Connection) -> None:
    first, second = start(conn, past()), another(conn)
    draw(conn, first, [Send()], bounds=ONE_A_DAY)
    assert draw(conn, second, [Send(), Send(), Send()], bounds=ONE_A_DAY, room=Room(1)) == 1
    found = finished(conn, second, past(), 3)
    assert found.skipped == {SkipReason.FREQUENCY_LIMIT: 1, SkipReason.CAP_RUN: 1}


def test_a_user_over_a_limit_is_told_that_and_not_that_it_is_night(
    conn: sqlite3.Connection,
) -> None:
    first, second = start(conn, past()), another(conn)
    draw(conn, first, [Send()], bounds=ONE_A_DAY)
    draw(conn, second, [DISCARD, DISCARD], bounds=ONE_A_DAY)
    found = finished(conn, second, past(), 2)
    assert found.skipped == {SkipReason.FREQUENCY_LIMIT: 1, SkipReason.DND_DISCARD: 1}


def test_what_do_not_disturb_discards_takes_no_place_and_finds_none(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, past())
    assert draw(conn, campaign, [DISCARD, Send(), DISCARD], room=Room(1)) == 1
    found = finished(conn, campaign, past(), 3)
    assert found.skipped == {SkipReason.DND_DISCARD: 1, SkipReason.CAP_RUN: 1}


@pytest.mark.parametrize(
    ("verdict", "cutoff_ms", "goes"),
    [
        (Send(), NOW, True),
        (Hold(NOW + HOUR), NOW + HOUR, True),
        (Hold(NOW + HOUR), NOW + HOUR - 1, False),
    ],
)
def test_what_would_begin_after_the_cut_off_is_dropped_at_once(
    conn: sqlite3.Connection, verdict: Verdict, cutoff_ms: int, goes: bool
) -> None:
    campaign = start(conn, past())
    assert draw(conn, campaign, [verdict], cutoff_ms=cutoff_ms) == goes
    found = finished(conn, campaign, past(), 1)
    assert found.skipped == ({} if goes else {SkipReason.CUTOFF: 1})
    assert [each.cutoff_ms for each in rows(conn).values()] == [cutoff_ms] * goes


def test_a_queue_is_not_longer_than_until_the_cut_off(conn: sqlite3.Connection) -> None:
    definition = past(over_global="queue")
    first = another(conn)
    draw(conn, first, [Send()], bounds=ONE_A_DAY)
    free = NOW + 24 * HOUR + BEGINS_MS_MAX
    campaign = start(conn, definition)
    assert draw(conn, campaign, [Send()], bounds=ONE_A_DAY, cutoff_ms=free) == 1
    queued = row(conn, f"{campaign}_u0")
    assert (queued.due_ms, queued.fell_due_ms) == (free, NOW)
    runs.clear_draw(conn, the_run(conn, campaign))
    assert draw(conn, campaign, [Send()], bounds=ONE_A_DAY, cutoff_ms=free - 1) == 0


def test_a_chunk_that_is_written_twice_places_the_same(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    verdicts: list[Verdict] = [Send(), Control(), Send(), Send()]
    once = draw(conn, campaign, verdicts, room=Room(2), bounds=ONE_A_DAY)
    again = draw(conn, campaign, verdicts, room=Room(2), bounds=ONE_A_DAY)
    assert once == again == 2
    found = recipients.written(conn, campaign, SLOT, [decide("u1", "")])
    assert found == {"m1_u1_": False}
