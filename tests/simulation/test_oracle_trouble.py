"""What is set aside, what must be shown, and who must not wait for it."""

from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Response, Rotten
from tests.simulation.made import (
    BEGINNING,
    GOOD,
    LAST,
    LIVE,
    NOON,
    REST,
    SECOND,
    A,
    act,
    aside,
    books,
    broken,
    ended,
    request,
    sent,
    taken,
)
from tests.simulation.oracle import check
from tests.simulation.oracle_ledger import Rules
from tests.simulation.oracle_trouble import WELL_MS_MIN

ROTTEN = Rotten(NOON + 5 * SECOND, "event", "ann", LIVE.event)
BAD: list[Entry] = [*GOOD[:-3], ROTTEN, *GOOD[-3:]]


def objections(entries: list[Entry]) -> list[str]:
    return [violation.what for violation in check(entries, Rules())]


def test_a_campaign_that_faults_was_harmed() -> None:
    assert broken([*GOOD[:-3], books(LAST - 1, state="faulted"), *GOOD[-3:]]) == {"P21"}


def test_what_waits_for_a_person_is_shown() -> None:
    dead: list[Entry] = [
        *BEGINNING,
        *taken(NOON + 3 * SECOND, 1, A),
        REST,
        books(LAST, qualified=1),
        ended("m1", "unknown"),
    ]
    assert "P21" in broken(dead, shown=False)
    assert "P21" not in broken([*dead, aside("m1", "unknown")], shown=False)


def test_nothing_is_shown_that_waits_for_nobody() -> None:
    assert broken([*GOOD, aside("m1")], shown=False) == {"P21"}


def test_a_bad_event_is_shown_as_set_aside() -> None:
    assert broken(BAD) == {"P21"}
    assert broken([*BAD, aside("c:7", "poison")]) == set()
    assert broken([*BAD, aside("c:7", "poison", who="bob")]) == {"P21"}


def test_a_bad_event_may_be_dropped_in_a_pause() -> None:
    paused = act(NOON + 4 * SECOND, 2, "pause", "Live")
    assert broken([*GOOD[:-3], *paused, ROTTEN, *GOOD[-3:]]) == set()


def test_an_event_that_is_perhaps_bad_need_not_be_shown() -> None:
    assert broken([*GOOD[:-3], replace(ROTTEN, sure=False), *GOOD[-3:]]) == set()


def test_a_bad_event_of_another_name_is_nobodys() -> None:
    assert broken([*GOOD[:-3], replace(ROTTEN, event="Seen"), *GOOD[-3:]]) == set()


def test_no_message_expires_while_all_is_well() -> None:
    late = replace(ended("m2", "expired"), expires_ms=REST.healed_ms + WELL_MS_MIN)
    shown = books(LAST, qualified=2, sent=1)
    starved: list[Entry] = [*GOOD[:-2], replace(shown, skipped={"expired": 1}), *GOOD[-1:], late]
    assert "P4" in broken(starved)
    assert "P21" in broken([*starved[:7], replace(ROTTEN, what="zone", event=""), *starved[7:]])
    soon = replace(late, expires_ms=REST.healed_ms)
    assert "P4" not in broken([*starved[:-1], soon])


def test_while_the_gate_is_shut_or_no_daemon_runs_all_is_not_well() -> None:
    expires_ms = REST.healed_ms + WELL_MS_MIN
    late = replace(ended("m2", "expired"), expires_ms=expires_ms)
    shown = replace(books(LAST, qualified=2, sent=1), skipped={"expired": 1})
    asked: list[Entry] = [
        request(REST.healed_ms - SECOND, 9, sent("m2")),
        Response(REST.healed_ms, 9, 429, retry_after="60"),
    ]
    late_start: list[Entry] = [Daemon(REST.healed_ms + SECOND, 1, "started")]
    for told, starved in (([], True), (asked, False), (late_start, False)):
        entries: list[Entry] = [*GOOD[:-3], *told, REST, shown, GOOD[-1], late]
        assert any("never went" in one for one in objections(entries)) == starved


def test_a_message_whose_row_is_bad_is_dead_without_segments_word() -> None:
    dead = ended("m2", "dead")
    assert any("never refused it" in one for one in objections([*GOOD, dead]))
    rotten = replace(ROTTEN, what="traits", event="", user=dead.user)
    assert not any(
        "never refused it" in one for one in objections([*GOOD[:-3], rotten, *GOOD[-3:], dead])
    )
