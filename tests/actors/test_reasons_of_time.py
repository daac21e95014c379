"""Each reason that is about time says which moment it was, and by whose clock."""

import sqlite3
from collections.abc import Iterator

import msgspec
import pytest

from actors.reasons_of_time import Case, too_late
from actors.rules import Rules
from domain.books import SkipReason
from domain.campaign import Campaign, Trigger, When
from domain.facts import User
from domain.personal import UserZone
from domain.review import Action
from domain.trigger import OnDate
from store import acts
from tests import blank
from tests.actors.house import ANA, KEY, LIVE, PAST
from tests.store.stage import NOW

replace = msgspec.structs.replace
RULES = Rules(now_ms=NOW, key=KEY, zone="Europe/Oslo")
RUN = "2026-03-20T09:00[Europe/Oslo]"
OWN_RUN = "2026-03-20T09:00[user]"
KYIV = User("ann", h=1, zone="Europe/Kyiv")
NOWHERE = User("bo", h=1)


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = blank.in_memory()
    yield connection
    connection.close()


def told(
    conn: sqlite3.Connection,
    reason: SkipReason,
    definition: Campaign,
    run: str = RUN,
    user: User = KYIV,
    *,
    expires_ms: int | None = None,
    cutoff_ms: int | None = None,
) -> str:
    case = Case("c1", definition, user, run, NOW, expires_ms=expires_ms, cutoff_ms=cutoff_ms)
    return too_late(conn, reason, case, RULES)


def daily(**more: object) -> Campaign:
    return replace(PAST, when=replace(When("2026-03-20T09:00", cutoff="18:40"), **more))


def test_a_cut_off_says_when_it_was_and_in_which_zone(conn: sqlite3.Connection) -> None:
    asked = SkipReason.CUTOFF
    assert told(conn, asked, daily()) == (
        "it was at 2026-03-20 18:40:00 in Europe/Oslo, the account's zone"
    )
    assert "19:40:00 in Europe/Kyiv, the campaign's" in told(
        conn, asked, daily(zone="Europe/Kyiv", cutoff="19:40"), "2026-03-20T09:00[Europe/Kyiv]"
    )
    own = daily(personal=UserZone())
    assert told(conn, asked, own, OWN_RUN) == (
        "it was at 2026-03-20 18:40:00 in Europe/Kyiv, the user's zone"
    )
    assert "Europe/Oslo, the account's zone, as the user's is not known" in told(
        conn, asked, own, OWN_RUN, NOWHERE
    )


def test_the_cut_off_of_a_message_is_the_one_that_it_was_written_with(
    conn: sqlite3.Connection,
) -> None:
    said = told(conn, SkipReason.CUTOFF, daily(), cutoff_ms=1_774_000_000_000)
    assert "2026-03-20 10:46:40 in Europe/Oslo" in said


def test_what_expired_says_until_when_it_was_tried(conn: sqlite3.Connection) -> None:
    said = told(conn, SkipReason.EXPIRED, LIVE, "live", expires_ms=1_774_000_000_000)
    assert said == "it was tried until 2026-03-20 10:46:40 CET"
    assert told(conn, SkipReason.EXPIRED, LIVE, "live") == ""


def test_a_time_that_had_passed_is_named_by_the_users_clock(conn: sqlite3.Connection) -> None:
    own = daily(personal=UserZone())
    said = told(conn, SkipReason.TIME_PASSED, own, OWN_RUN)
    assert said == "it was 2026-03-20 09:00:00 in Europe/Kyiv, the user's zone"


@pytest.mark.parametrize(
    ("end", "said"),
    [("2026-03-19T12:00", "its end was at 2026-03-19 12:00:00 CET"), ("2099-01-01T00:00", "")],
)
def test_the_end_of_a_campaign_is_named_where_it_was_one_of_the_calendar(
    conn: sqlite3.Connection, end: str, said: str
) -> None:
    """A campaign also ends because its cap is full."""
    ended = replace(LIVE, when=replace(LIVE.when, end=end))
    assert told(conn, SkipReason.CAMPAIGN_ENDED, ended, "live") == said


def test_a_date_that_was_too_long_ago_names_its_property(conn: sqlite3.Connection) -> None:
    dated = replace(LIVE, trigger=Trigger("Booked", date=OnDate("starts", before_minutes=60)))
    assert "“starts” of the event" in told(conn, SkipReason.DATE_IN_PAST, dated, "live")


def test_what_a_pause_dropped_says_who_paused_and_when(conn: sqlite3.Connection) -> None:
    assert told(conn, SkipReason.PAUSED_DROPPED, LIVE, "live") == ""
    for n, who in enumerate((ANA, acts.ENGINE)):
        acts.record(
            conn,
            who=who,
            action=Action.PAUSE,
            campaign="c1",
            detail="",
            key=KEY,
            now_ms=1_774_000_000_000 + n * 1_000,
        )
        said = told(conn, SkipReason.PAUSED_DROPPED, LIVE, "live")
        assert said.startswith("it paused itself at" if n else f"@{ANA} paused it at")
