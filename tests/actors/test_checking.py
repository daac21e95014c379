import sqlite3
from collections.abc import Iterator

import msgspec
import pytest
from msgspec import structs

from actors import checking
from actors.rules import Rules
from domain.audience import AnyOf, CustomList, Did, Node, Not, Saved
from domain.campaign import Campaign, Limits
from domain.control import Controls
from store import lists, saving, users
from store.lists import Entry, Upload
from tests.store import stage

NOW = 1_790_000_000_000
RULES = Rules(now_ms=NOW, key=b"k", zone="UTC", controls=Controls(custom={"Spring": 3}))


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = stage.fresh()
    yield connection
    connection.close()


def save(conn: sqlite3.Connection, **trees: Node) -> None:
    for name, who in trees.items():
        saving.save(conn, name, who, by="U1", now_ms=NOW)


def upload(conn: sqlite3.Connection, name: str) -> None:
    users.enrol(conn, {"ann": 1}, install_key=b"k" * 32)
    begun = lists.begin(conn, name, source="f", by="U1", now_ms=NOW)
    assert isinstance(begun, Upload)
    lists.append(conn, begun, [Entry("identity", "ann")], at=0)
    lists.publish(conn, begun, by="U1", now_ms=NOW)


def told(conn: sqlite3.Connection, who: Node, **more: object) -> list[str]:
    campaign = Campaign(name="Cart", kind="past_behaviour", who=who)
    campaign = msgspec.structs.replace(campaign, **more)
    return [problem.what for problem in checking.problems(conn, campaign, RULES)]


def test_what_exists_here_may_be_named(conn: sqlite3.Connection) -> None:
    save(conn, A=Did("Bought"))
    upload(conn, "VIPs")
    limits = Limits(control_groups=("Spring",))
    assert told(conn, AnyOf((Saved("A"), Not(CustomList("VIPs")))), limits=limits) == []


def test_what_does_not_exist_here_may_not(conn: sqlite3.Connection) -> None:
    limits = Limits(control_groups=("Autumn",))
    assert told(conn, AnyOf((Saved("A"), CustomList("VIPs"))), limits=limits) == [
        'There is no saved audience "A".',
        'There is no list "VIPs".',
        'There is no control group "Autumn".',
    ]


def test_a_list_that_was_never_published_is_none(conn: sqlite3.Connection) -> None:
    lists.begin(conn, "VIPs", source="f", by="U1", now_ms=NOW)
    assert told(conn, CustomList("VIPs")) == ['There is no list "VIPs".']


def test_what_is_named_by_what_is_named_must_exist_too(conn: sqlite3.Connection) -> None:
    save(conn, A=Not(CustomList("VIPs")), B=Saved("Nobody"))
    assert told(conn, Saved("A")) == ['There is no list "VIPs".']
    assert told(conn, Saved("B")) == ["Looked into, there is no saved audience 'Nobody'."]


def test_an_audience_that_is_too_large_once_looked_into_is_refused(
    conn: sqlite3.Connection,
) -> None:
    save(conn, A=AnyOf((Did("Bought"),) * 90))
    (said,) = told(conn, AnyOf((Saved("A"),) * 12))
    assert "more than 1,000 conditions" in said


def test_a_content_that_was_kept_is_not_looked_into_again(conn: sqlite3.Connection) -> None:
    """What its saved audiences were stands in the revision, whatever they have become."""
    save(conn, A=Saved("Nobody"))
    campaign = Campaign(name="Cart", kind="past_behaviour", who=Saved("A"))
    assert checking.problems(conn, campaign, RULES, frozen=True) == []


def test_what_looks_back_further_than_events_are_kept_is_refused(conn: sqlite3.Connection) -> None:
    campaign = Campaign(name="Cart", kind="past_behaviour", who=Did("Bought", days=31))
    rules = structs.replace(RULES, keep_events_days=30)
    (problem,) = [one for one in checking.problems(conn, campaign, rules) if "kept" in one.what]
    assert problem.where == "who.days"
    assert not [one for one in checking.problems(conn, campaign, RULES) if "kept" in one.what]
