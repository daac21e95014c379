"""The cap of a day in a run whose users are due on several days."""

import sqlite3

from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Limits, When
from domain.personal import UserZone
from domain.verdict import Control, Send, Skip, Verdict
from store import books, caps, day_caps, merging, runs, users
from store.caps import Usage
from tests.store.stage import NOW, SLOT, decide, past, rows, start, the_run

DEFINITION = replace(past(), when=When("2030-01-01T09:00", personal=UserZone()))
CAPPED = replace(DEFINITION, limits=Limits(cap_per_day=2))
TODAY, TOMORROW = "2026-03-20", "2026-03-21"
KEY = b"k" * 32


def draw(conn: sqlite3.Connection, campaign: str, day: str, *verdicts: Verdict) -> int:
    """Draw users u0, u1, ... of a day; return how many got a place."""
    decisions = [
        replace(decide(f"{day}u{n}", "", verdict), message_id=f"{day}u{n}", day=day)
        for n, verdict in enumerate(verdicts)
    ]
    return runs.draw_chunk(conn, the_run(conn, campaign), decisions, now_ms=NOW)


def used(conn: sqlite3.Connection, campaign: str) -> list[Usage]:
    return [one for one in caps.usage(conn, campaign) if one.used]


def test_each_day_has_a_cap_of_its_own(conn: sqlite3.Connection) -> None:
    campaign = start(conn, CAPPED)
    assert draw(conn, campaign, TODAY, Control(), Send(), Send(), Send()) == 2
    assert draw(conn, campaign, TOMORROW, Skip(SkipReason.DND_DISCARD), Send()) == 1
    assert runs.finish_draw(conn, the_run(conn, campaign), CAPPED, qualified=6, now_ms=NOW)
    found = books.of_run(conn, campaign, SLOT)
    assert found.skipped == {SkipReason.CAP_DAY: 1, SkipReason.DND_DISCARD: 1}
    assert (found.pending, found.control) == (3, 1)
    assert used(conn, campaign) == [Usage(f"day:{TODAY}", 2, 2), Usage(f"day:{TOMORROW}", 1, 2)]


def test_a_draw_that_is_forgotten_gives_its_places_back(conn: sqlite3.Connection) -> None:
    campaign = start(conn, CAPPED)
    draw(conn, campaign, TODAY, Send(), Send())
    runs.clear_draw(conn, the_run(conn, campaign))
    assert used(conn, campaign) == []
    assert draw(conn, campaign, TODAY, Send(), Send(), Send()) == 2


def test_who_is_known_by_another_id_while_the_run_is_drawn_gives_the_place_back(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, CAPPED)
    draw(conn, campaign, TODAY, Send(), Send())
    users.enrol(conn, {f"{TODAY}u0": 1, "person": 1}, install_key=KEY)
    merging.merge(conn, f"{TODAY}u0", "person", now_ms=NOW, install_key=KEY)
    assert used(conn, campaign) == [Usage(f"day:{TODAY}", 1, 2)]
    assert list(rows(conn)) == [f"{TODAY}u1"]


def test_without_a_cap_of_the_day_no_counter_is_kept(conn: sqlite3.Connection) -> None:
    campaign = start(conn, DEFINITION)
    assert draw(conn, campaign, TODAY, Send()) == 1
    assert caps.usage(conn, campaign) == []
    day_caps.give_back_drawn(conn, campaign, SLOT)
    assert caps.usage(conn, campaign) == []
