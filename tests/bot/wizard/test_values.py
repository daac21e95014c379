import pytest

from bot.wizard.bounds import LimitsValues
from bot.wizard.contents import WhatValues
from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.row import Row
from bot.wizard.schedules import WhenValues
from bot.wizard.step import StepName
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, checked
from bot.wizard.who import WhoValues
from domain.audience import All, AnyOf, Count, Did, DidNot, Filter, Property
from domain.campaign import Campaign, DoNotDisturb, Limits, Trigger, What, When
from tests.bot.fake_desk import NOW_MS


def read(values: Values) -> Campaign:
    looked = checked(values, now_ms=NOW_MS, zone="Europe/Oslo")
    assert looked.problems == {}
    return looked.campaign


def errors(values: Values) -> dict[str, str]:
    problems = checked(values, now_ms=NOW_MS, zone="Europe/Oslo").problems
    return {block: said for step in problems.values() for block, said in step.items()}


def test_a_filled_form_is_a_campaign() -> None:
    assert read(
        Values(
            start=StartValues(name=" Spring sale ", labels="spring, sale"),
            who=WhoValues(
                rows=(
                    Row(
                        0,
                        "did",
                        "Order Completed",
                        count="2",
                        range=RangeValues("days", "180"),
                        where=(Compared(0, "price", ">", "50"),),
                    ),
                    Row(1, "did_not", "Order Completed", range=RangeValues("days", "30")),
                    Row(2, "property", compared=Compared(0, "country", "in", "NO, SE")),
                ),
                match="any",
            ),
            what=WhatValues("coupon = SPRING=10\nfirst* = {{ Profile.first_name }}", "Sale"),
            when=WhenValues("at", "2030-01-01", "09:00", zone="Europe/Kyiv"),
            limits=LimitsValues("1,000", safety="50", quiet="discard"),
        )
    ) == Campaign(
        name="Spring sale",
        kind="past_behaviour",
        labels=("spring", "sale"),
        who=AnyOf(
            (
                Did("Order Completed", (Filter("price", ">", 50),), Count(">=", 2), 180),
                DidNot("Order Completed", (), 30),
                Property("country", "in", ("NO", "SE")),
            )
        ),
        when=When("2030-01-01T09:00", None, "Europe/Kyiv"),
        what=What(
            event="Sale",
            key_values={"coupon": "SPRING=10", "first": "{{ Profile.first_name }}"},
            required=("first",),
        ),
        limits=Limits(cap_total=1_000, safety_limit=50),
        do_not_disturb=DoNotDisturb("22:00", "08:00", "discard"),
    )


def test_a_live_form_waits_for_its_event() -> None:
    start = StartValues(name="Thanks", kind="live", event="Order", where="price >= 5")
    campaign = read(Values(start=start))
    assert campaign.trigger == Trigger("Order", (Filter("price", ">=", 5),))
    assert campaign.who == All(())


def test_what_another_kind_would_ask_does_no_harm() -> None:
    start = StartValues(name="a", event="Order", where="nonsense", more=("hold",))
    limits = LimitsValues(cap="5", safety_hour="9")
    assert read(Values(start=start, limits=limits)) == Campaign(
        "a", "past_behaviour", limits=Limits(cap_total=5)
    )


def test_all_problems_are_named_at_their_inputs_at_once() -> None:
    found = errors(
        Values(
            who=WhoValues(
                (
                    Row(
                        1,
                        "did",
                        count="x",
                        range=RangeValues("days", "-3"),
                        where=(Compared(0, "price", ">"),),
                    ),
                    Row(2, "property", compared=Compared(0, "age", ">", "old")),
                ),
                open=1,
            ),
            what=WhatValues("no pair"),
            when=WhenValues("at", "2030-01-01", zone="Europe/Osl"),
            limits=LimitsValues("0", safety="many", quiet="delay", quiet_to="22:00"),
        )
    )
    assert set(found) == {
        "start.name",
        "who.name_1",
        "who.count_1",
        "who.days_1",
        "who.where_any_1_0",
        "who.row_2",
        "when.start_time",
        "when.zone",
        "what.key_values",
        "limits.cap",
        "limits.safety",
        "limits.quiet_from",
    }


NAMED = StartValues(name="a")
LISTENS = StartValues(name="a", kind="live", event="e")


@pytest.mark.parametrize(
    ("values", "block"),
    [
        (Values(start=StartValues(name="a", kind="live")), "start.event"),
        (Values(start=StartValues(name="a", labels="a, a")), "start.labels"),
        (Values(start=NAMED, when=WhenValues("at", "2020-01-01", "09:00")), "when.start_date"),
        (Values(start=LISTENS, when=WhenValues(end_date="2030-01-01")), "when.end_time"),
        (Values(start=NAMED, what=WhatValues("x = {{ Event.y }}")), "what.key_values"),
        (Values(start=NAMED, what=WhatValues("x = 1\nx = 2")), "what.key_values"),
        (Values(start=NAMED, what=WhatValues(event="x" * 200)), "what.event"),
    ],
)
def test_a_problem_stands_at_its_input(values: Values, block: str) -> None:
    assert list(errors(values)) == [block]


def test_a_step_that_was_left_has_been_seen_once() -> None:
    moved = Values().moved(StepName.WHO).moved(StepName.START).moved(StepName.WHO)
    assert (moved.at, moved.seen) == (StepName.WHO, (StepName.START, StepName.WHO))


@pytest.mark.parametrize(
    ("personal", "cap_per_day"), [("best_time", 7), ("user_zone", 7), ("everybody", None)]
)
def test_a_cap_a_day_counts_only_while_users_have_times_of_their_own(
    personal: str, cap_per_day: int | None
) -> None:
    when = WhenValues("at", "2030-01-01", "09:00", personal=personal, event="App Opened")
    values = Values(StartValues(name="a"), when=when, limits=LimitsValues("9", "8", "7"))
    assert read(values).limits == Limits(9, cap_per_day, 8)
