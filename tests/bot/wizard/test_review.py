from typing import Any

from msgspec import structs

from bot.wizard.bounds import LimitsValues
from bot.wizard.counted import NOT_YET, Counted
from bot.wizard.review import review_blocks
from bot.wizard.values import Values, checked, to_values
from domain.campaign import Campaign, Delivery, Limits, When
from domain.definition import notes
from domain.recurrence import EveryDays
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import PAST

ZONE = "Europe/Oslo"


def shown(values: Values, counted: Counted = NOT_YET) -> str:
    looked = checked(values, now_ms=NOW_MS, zone=ZONE)
    blocks: list[Any] = review_blocks(looked, zone=ZONE, now_ms=NOW_MS, counted=counted)
    return str(blocks)


def of(campaign: Campaign) -> str:
    return shown(to_values(campaign))


def test_it_tells_the_whole_campaign_in_sentences() -> None:
    said = of(PAST)
    for words in ("Spring sale", "Order Completed", "coupon: SPRING", "1,000"):
        assert words in said


def test_it_tells_the_next_five_runs() -> None:
    daily = structs.replace(PAST, when=When("2030-01-01T09:00", repeat=EveryDays()))
    said = of(daily)
    assert said.count("<!date^") == 5
    assert "Next runs" not in of(PAST)


def test_it_tells_whom_it_reaches() -> None:
    assert "12,345 users" in shown(to_values(PAST), Counted("12,345 users"))


def test_what_is_wrong_is_told_by_step_and_nothing_else() -> None:
    said = shown(Values(limits=LimitsValues("0")))
    assert "*Start*: " in said
    assert "*Limits*: " in said
    assert "Who" not in said


def test_what_is_worth_a_second_look_comes_the_gravest_first() -> None:
    said = of(structs.replace(PAST, limits=Limits()))
    assert said.index("no cap") < said.index("at night") < said.index("sent as soon as")
    assert "no cap" not in of(PAST)


def test_what_was_counted_is_weighed_in_place_of_what_the_content_alone_says() -> None:
    weighed = ("It is for 38 % of all users.", "No user has “naem”.")
    said = shown(to_values(PAST), Counted("It reaches 5.", 5, weighed))
    assert "1. It is for 38 % of all users." in said
    assert "2. No user has “naem”." in said
    assert "at night" not in said


def test_what_is_weighed_already_is_not_noted_again() -> None:
    gap = structs.replace(PAST, when=When("2030-03-31T02:30"))
    (note,) = notes(gap, zone=ZONE)
    told = f"{note.what} {note.fix}"
    assert f":memo: {told}" in of(gap)
    assert shown(to_values(gap), Counted(cautions=(told,))).count(told) == 1


def test_a_throttle_is_told_for_those_whom_it_reaches() -> None:
    slow = structs.replace(PAST, delivery=Delivery(messages_per_5_minutes=100))
    assert "a full cap of 1,000 takes" in of(slow)
    assert "the 60 that it reaches now take 3 min" in shown(to_values(slow), Counted("x", 60))


def test_a_name_notifies_nobody() -> None:
    assert "<!channel>" not in of(structs.replace(PAST, name="<!channel>"))


def test_where_saving_asks_for_a_review_nobody_is_asked_whether_to() -> None:
    looked = checked(to_values(PAST), now_ms=NOW_MS, zone=ZONE)
    for asks in (False, True):
        blocks = review_blocks(looked, zone=ZONE, now_ms=NOW_MS, asks=asks)
        assert ("Ask for a review at once" in str(blocks)) == (not asks)
