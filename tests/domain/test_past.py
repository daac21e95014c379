from msgspec.structs import replace

from domain.audience import DidNot
from domain.facts import Event
from domain.past import Carried, Remembered
from domain.periods import Window
from domain.tally import tally

EVENTS = [Event(n, f"m{n}", "u", "AB"[n % 2], 10 * n, 0) for n in range(1, 7)]
COUNTED = Carried(Window(0, 40), 4, ("UTC",), tally(DidNot("A"))("UTC"), certain=False)


def test_what_is_remembered_is_told_by_name_and_time() -> None:
    past = Remembered(EVENTS)
    assert past.first_ms(["A", "B"]) == 10
    assert past.first_ms(["A"]) == 20
    assert past.first_ms(["C"]) is None
    assert [one.seq for one in past.between(["A", "C"], Window(None, 60))] == [2, 4]
    assert [one.seq for one in past.between(["A", "B"], Window(20, 31))] == [2, 3]


def test_what_was_not_yet_counted_came_in_since_or_was_still_ahead() -> None:
    past = Remembered(EVENTS)
    assert [one.seq for one in past.beyond(["A"], Window(0, 1_000), COUNTED)] == [4, 6]
    assert [one.seq for one in past.beyond(["A"], Window(0, 41), COUNTED)] == [4]


def test_what_is_too_old_now_was_counted_and_lies_before_the_window() -> None:
    past = Remembered(EVENTS)
    assert [one.seq for one in past.before(["A", "B"], Window(31, 99), COUNTED)] == [2, 1, 3]
    assert list(past.before(["A", "B"], Window(None, 99), COUNTED)) == []


def test_what_is_certain_by_events_that_may_be_too_old_is_counted_anew() -> None:
    certain = replace(COUNTED, certain=True)
    assert certain.goes_on(Window(0, 50), upto_seq=9, terms=("UTC",))
    assert not certain.goes_on(Window(1, 50), upto_seq=9, terms=("UTC",))


def test_a_count_goes_on_only_where_all_that_it_counted_still_belongs() -> None:
    assert COUNTED.goes_on(Window(0, 40), upto_seq=4, terms=("UTC",))
    assert COUNTED.goes_on(Window(0, 50), upto_seq=9, terms=("UTC",))
    assert COUNTED.goes_on(Window(1, 50), upto_seq=9, terms=("UTC",))
    assert not COUNTED.goes_on(Window(-1, 50), upto_seq=9, terms=("UTC",))
    assert not COUNTED.goes_on(Window(None, 50), upto_seq=9, terms=("UTC",))
    assert not COUNTED.goes_on(Window(0, 39), upto_seq=9, terms=("UTC",))
    assert not COUNTED.goes_on(Window(0, 50), upto_seq=3, terms=("UTC",))
    assert not COUNTED.goes_on(Window(0, 50), upto_seq=9, terms=("Europe/Oslo",))
