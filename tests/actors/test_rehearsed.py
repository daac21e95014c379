import sqlite3
from collections.abc import Iterator

import msgspec
import pytest

from actors import rehearsed
from actors.mail import Refused
from actors.mail_rehearsal import Rehearsed, ShowRehearsal
from actors.mail_views import RehearsalView
from actors.rules import Rules
from domain.review import Action
from store import acts, campaigns, rehearsals
from store.campaigns import CampaignRow
from store.rehearsals import Asked
from tests.bot.rehearsals import REHEARSED
from tests.store.stage import KEY, NOW, fresh, live

RULES = Rules(now_ms=NOW, key=KEY, zone="UTC")


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    opened = fresh()
    yield opened
    opened.close()


def kept(conn: sqlite3.Connection, answer: Rehearsed | Refused | None) -> CampaignRow:
    """Return a campaign in review, whose rehearsal waits (None) or came to this."""
    row = campaigns.create(conn, live(), author="U0ANA", channel="", now_ms=NOW)
    assert isinstance(row, CampaignRow)
    acts.advance(conn, row.id, Action.SUBMIT, who="U0ANA", key=KEY, now_ms=NOW)
    rehearsals.ask(conn, row.id, 1, now_ms=NOW)
    if answer is not None:
        rehearsals.finish(conn, Asked(row.id, 1), msgspec.json.encode(answer), now_ms=NOW)
    found = campaigns.find(conn, row.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (None, "waits", ""),
        (Refused("There is too much.", "Rehearse less."), "refused", "too much. Rehearse less."),
    ],
)
def test_how_a_rehearsal_stands_is_seen(
    conn: sqlite3.Connection, answer: Refused | None, state: str, said: str
) -> None:
    view = rehearsed.view(conn, kept(conn, answer))
    assert view is not None
    assert view.state == state
    assert said in view.said


def test_what_would_have_happened_is_seen_in_numbers(conn: sqlite3.Connection) -> None:
    assert rehearsed.view(conn, kept(conn, REHEARSED)) == RehearsalView(
        "done",
        from_ms=REHEARSED.from_ms,
        until_ms=REHEARSED.until_ms,
        messages=850,
        users=800,
        held_runs=1,
        busiest=90,
        hour_max=100,
    )


def test_once_it_is_published_the_rehearsal_is_no_news(conn: sqlite3.Connection) -> None:
    row = kept(conn, REHEARSED)
    acts.advance(conn, row.id, Action.REQUEST_CHANGES, who="U0BEN", key=KEY, now_ms=NOW)
    found = campaigns.find(conn, row.id)
    assert found is not None
    assert rehearsed.view(conn, found) is None


def test_the_whole_of_it_is_there_for_who_asks(conn: sqlite3.Connection) -> None:
    row = kept(conn, REHEARSED)
    assert rehearsed.shown(conn, ShowRehearsal(row.id), RULES) == REHEARSED


@pytest.mark.parametrize("name", ["Cart", "Nobody"])
def test_where_there_is_none_it_is_refused(conn: sqlite3.Connection, name: str) -> None:
    kept(conn, None)
    assert isinstance(rehearsed.shown(conn, ShowRehearsal(name), RULES), Refused)
