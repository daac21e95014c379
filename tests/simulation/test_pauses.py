"""How long a pause took, by the history."""

from tests.simulation import pauses
from tests.simulation.made import BEGINNING, HOUR, NOON, SECOND, A, B, act, request
from tests.simulation.pauses import Paused

CLICK_MS = NOON + 4 * SECOND


def test_a_pause_takes_until_its_answer_and_the_last_request() -> None:
    asked, answered = act(CLICK_MS, 2, "pause", "Live")
    life = [*BEGINNING, asked, request(CLICK_MS + 3, 1, A), answered, request(CLICK_MS + 9, 2, B)]
    assert pauses.of(life) == [Paused(answer_ms=5, last_ms=9, busy=True)]


def test_a_refused_pause_is_none_and_a_resume_ends_one() -> None:
    life = [
        *BEGINNING,
        *act(CLICK_MS, 2, "pause", "Live", ok=False),
        *act(CLICK_MS, 3, "pause", "Live"),
        *act(CLICK_MS + HOUR, 4, "resume", "Live"),
        request(CLICK_MS + HOUR, 1, A),
    ]
    assert pauses.of(life) == [Paused(answer_ms=5, last_ms=0, busy=False)]


def test_the_figures_are_of_campaigns_that_were_sending() -> None:
    busy = [Paused(answer_ms=n, last_ms=2 * n, busy=True) for n in range(100)]
    told = pauses.told([*busy, Paused(answer_ms=9_999, last_ms=0, busy=False)])
    assert told.startswith("101 pauses, 100 of a campaign that was sending.")
    assert "answer: p50 49 ms, p99 98 ms" in told
    assert "request: p50 98 ms, p99 196 ms, at most 198 ms. 99 began after" in told


def test_there_may_be_nothing_to_tell() -> None:
    assert pauses.told([]) == "0 pauses, none of a campaign that was sending."
