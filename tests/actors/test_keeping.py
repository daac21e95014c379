import sqlite3

import msgspec

from actors import keeping
from actors.verifying import begin
from domain.audience import All, DidFirst, DidNot, Not, Saved
from domain.review import Action
from store import retention, saving
from tests.actors.given import KEY, TARGET
from tests.store import stage

WHO = All((Not(DidNot("Order Completed", days=89)), DidFirst("App Opened", days=400)))


def published(conn: sqlite3.Connection) -> str:
    return stage.start(conn, msgspec.structs.replace(stage.past(), who=WHO))


def test_events_are_kept_as_long_as_what_is_published_looks_back() -> None:
    """It was published while they were kept for ever, and nobody would tell it."""
    conn = stage.fresh()
    campaign = published(conn)
    begin(conn, TARGET, fresh_key=KEY, now_ms=1, keep_events_days=30)
    assert retention.days(conn) == 89
    assert keeping.longest(conn)[0] == 89
    keeping.keep(conn, 365)
    assert retention.days(conn) == 365
    stage.act(conn, campaign, Action.STOP)
    keeping.keep(conn, 30)
    assert retention.days(conn) == 30


def test_it_looks_into_the_saved_audiences_of_its_revision() -> None:
    conn = stage.fresh()
    saving.save(conn, "Buyers", WHO, by="U1", now_ms=1)
    stage.start(conn, msgspec.structs.replace(stage.past(), who=Saved("Buyers")))
    keeping.keep(conn, 30)
    assert retention.days(conn) == 89


def test_for_ever_is_for_ever() -> None:
    conn = stage.fresh()
    published(conn)
    keeping.keep(conn, 0)
    assert retention.read(conn) is None
