"""After which answer which request comes too soon."""

from email.utils import formatdate

import pytest

from tests.simulation.history import Daemon, Entry, Response, WallClock
from tests.simulation.made import BEGINNING, HOUR, NOON, SECOND, A, B, broken, posted, request
from tests.simulation.oracle_gate import UNNAMED_WAIT_MS, WAIT_MS_MAX, wait

TOLD_MS = NOON + 4 * SECOND


def throttled(retry_after: str = "", reset: str = "") -> Response:
    return Response(TOLD_MS, 1, 429, retry_after=retry_after, reset=reset)


def life(answer: Response, again_ms: int, *, daemon: int = 1) -> list[Entry]:
    return [
        *BEGINNING,
        posted(NOON + 2 * SECOND, "e2"),
        request(NOON + 3 * SECOND, 1, A),
        answer,
        request(TOLD_MS + again_ms, 2, B, daemon=daemon),
    ]


IN_30 = formatdate(TOLD_MS // 1000 + 30, usegmt=True)
WAITS = {
    "seconds": (throttled("30"), 30_000),
    "part of a second": (throttled("1.5"), 1_500),
    "date": (throttled(IN_30), 30_000),
    "reset": (throttled(reset="30"), 30_000),
    "reset at a moment": (throttled(reset=str(TOLD_MS // 1000 + 30)), 30_000),
    "in a year": (throttled("31536000"), WAIT_MS_MAX),
    "nothing": (throttled(), UNNAMED_WAIT_MS),
    "garbage": (throttled("soon", "-1"), UNNAMED_WAIT_MS),
    "garbage, but a reset": (throttled("soon", "30"), 30_000),
    "at once": (throttled("0"), UNNAMED_WAIT_MS),
    "long ago": (throttled("Thu, 01 Jan 1970 00:00:00 GMT"), UNNAMED_WAIT_MS),
}


@pytest.mark.parametrize("case", WAITS)
def test_no_request_begins_before_the_named_moment(case: str) -> None:
    answer, ms = WAITS[case]
    assert wait(answer, clock_is_true=True) == ms
    assert broken(life(answer, ms - 10)) == {"429"}
    assert broken(life(answer, ms)) == set()


def test_another_daemon_was_not_told() -> None:
    assert "429" not in broken(life(throttled("30"), SECOND, daemon=2))


def restarted(stops_ms: int, again_ms: int, *entries: Entry) -> set[str]:
    """A daemon is told to come back in 60 s and ends; the next one begins something."""
    return broken(
        [
            *life(throttled("60"), 0)[:-1],
            Daemon(TOLD_MS + stops_ms, 1, "killed"),
            *entries,
            Daemon(TOLD_MS + stops_ms, 2, "started"),
            request(TOLD_MS + again_ms, 2, B, daemon=2),
        ]
    )


def test_a_daemon_that_starts_later_is_bound_by_what_another_was_told() -> None:
    assert restarted(20 * SECOND, 50 * SECOND) == {"429"}
    assert restarted(20 * SECOND, 59 * SECOND) == set()


def test_who_died_over_an_answer_or_lost_its_database_has_told_nobody() -> None:
    assert restarted(SECOND, 50 * SECOND) == set()
    restored = Daemon(TOLD_MS + 21 * SECOND, 1, "restored")
    assert "429" not in restarted(20 * SECOND, 50 * SECOND, restored)
    jumped = WallClock(TOLD_MS + 21 * SECOND, HOUR)
    assert "429" not in restarted(20 * SECOND, 50 * SECOND, jumped)


def test_a_clock_that_is_wrong_reads_a_date_wrongly() -> None:
    assert broken([WallClock(NOON, HOUR), *life(throttled(IN_30), SECOND)]) == set()
