from domain.behaviour import Filter
from domain.trigger import Keyed, OnDate, Trigger, Without, names, offset_minutes, starts, stops

PAID = (Filter("paid", "equals", True),)


def test_any_of_the_events_of_a_trigger_starts_it_each_by_its_own_comparisons() -> None:
    trigger = Trigger("A", PAID, also=(Keyed("B"),))
    assert starts(trigger) == (Keyed("A", PAID), Keyed("B"))
    assert stops(trigger) == ()


def test_a_campaign_hears_of_what_starts_and_of_what_clears_once_each() -> None:
    without = Without("C", 60, also=(Keyed("A"),))
    assert names(Trigger("A", also=(Keyed("B"), Keyed("A")), without=without)) == ("A", "B", "C")
    dated = Trigger("A", date=OnDate("at", after_minutes=0, cancel=(Keyed("D"),)))
    assert names(dated) == ("A", "D")


def test_only_a_trigger_with_a_delay_an_absence_or_a_date_waits() -> None:
    assert not Trigger("A", first_time=True).waits
    assert Trigger("A", delay_minutes=1).waits
    assert Trigger("A", without=Without("B", 1)).waits
    assert Trigger("A", date=OnDate("at", after_minutes=0)).waits


def test_before_a_date_is_a_negative_offset() -> None:
    assert offset_minutes(OnDate("at", before_minutes=120)) == -120
    assert offset_minutes(OnDate("at", after_minutes=5)) == 5
