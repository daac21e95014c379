from typing import Any

from msgspec import structs

from bot.wizard.bounds import LimitsValues
from bot.wizard.review import clip_lines, review_blocks
from bot.wizard.values import Values, checked, to_values
from domain.campaign import Campaign, Limits, When
from domain.recurrence import EveryDays
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import PAST

ZONE = "Europe/Oslo"


def shown(values: Values, reach: str = "") -> str:
    looked = checked(values, now_ms=NOW_MS, zone=ZONE)
    blocks: list[Any] = review_blocks(looked, zone=ZONE, now_ms=NOW_MS, reach=reach)
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
    assert "12,345 users" in shown(to_values(PAST), "12,345 users")


def test_what_is_wrong_is_told_by_step_and_nothing_else() -> None:
    said = shown(Values(limits=LimitsValues("0")))
    assert "*Start*: " in said
    assert "*Limits*: " in said
    assert "Who" not in said


def test_what_is_worth_a_second_look_comes_the_gravest_first() -> None:
    said = of(structs.replace(PAST, limits=Limits()))
    assert said.index("no cap") < said.index("at night") < said.index("sent as soon as")
    assert "no cap" not in of(PAST)


def test_a_name_notifies_nobody() -> None:
    assert "<!channel>" not in of(structs.replace(PAST, name="<!channel>"))


def test_many_problems_are_cut_and_counted() -> None:
    said = clip_lines("\n".join(f"• {'x' * 90}" for _ in range(100)), 1_000)
    assert len(said) < 1_050
    assert said.endswith("... and 90 more.")
