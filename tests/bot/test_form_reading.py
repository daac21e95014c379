import pytest

from bot.form_reading import placed, to_campaign
from bot.form_state import Row, Values
from domain.audience import All, AnyOf, Count, Did, DidNot, Filter, Property
from domain.campaign import Campaign, DoNotDisturb, Limits, Trigger, What, When
from tests.bot.fake_desk import NOW_MS


def read(values: Values) -> Campaign | dict[str, str]:
    return to_campaign(values, now_ms=NOW_MS, zone="Europe/Oslo")


def test_a_filled_form_is_a_campaign() -> None:
    assert read(
        Values(
            name=" Spring sale ",
            rows=(
                Row("did", event="Order Completed", count="2", days="180", where="price > 50"),
                Row("did_not", event="Order Completed", days="30"),
                Row("property", property="country", operator="in", operand="NO, SE"),
            ),
            match="any",
            start="at",
            start_date="2030-01-01",
            start_time="09:00",
            zone="Europe/Kyiv",
            event="Sale",
            key_values="coupon = SPRING=10\nfirst* = {{ Profile.first_name }}",
            cap="1,000",
            safety="50",
            quiet="discard",
            quiet_from="22:00",
            quiet_to="08:00",
        )
    ) == Campaign(
        name="Spring sale",
        kind="past_behaviour",
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
    campaign = read(Values(name="Thanks", kind="live", trigger="Order", trigger_where="price >= 5"))
    assert isinstance(campaign, Campaign)
    assert (campaign.trigger, campaign.who) == (
        Trigger("Order", (Filter("price", ">=", 5),)),
        All(()),
    )


def test_all_problems_are_named_at_their_inputs_at_once() -> None:
    errors = read(
        Values(
            name="",
            rows=(
                Row(),
                Row("did", event="", count="x", days="-3", where="nonsense"),
                Row("property", property="age", operator=">", operand="old"),
            ),
            start="at",
            start_date="2030-01-01",
            zone="Europe/Osl",
            key_values="no pair",
            cap="0",
            safety="many",
            quiet="delay",
            quiet_from="09:00",
            quiet_to="09:00",
        )
    )
    assert isinstance(errors, dict)
    assert set(errors) == {
        "name",
        "done_1",
        "count_1",
        "days_1",
        "done_where_1",
        "operand_2",
        "start_time",
        "zone",
        "key_values",
        "cap",
        "safety",
        "quiet_from",
    }


@pytest.mark.parametrize(
    ("values", "block"),
    [
        (Values(name="a", kind="live"), "trigger"),
        (Values(name="a", start="at", start_date="2020-01-01", start_time="09:00"), "start_date"),
        (Values(name="a", kind="live", trigger="e", end_date="2030-01-01"), "end_time"),
        (Values(name="a", key_values="x = {{ Event.y }}"), "key_values"),
        (Values(name="a", key_values="x = 1\nx = 2"), "key_values"),
        (Values(name="a", event="x" * 200), "event"),
    ],
)
def test_a_problem_stands_at_its_input(values: Values, block: str) -> None:
    errors = read(values)
    assert isinstance(errors, dict)
    assert list(errors) == [block]


def test_a_problem_of_an_input_that_is_not_shown_stands_beneath_the_name() -> None:
    assert placed({"zone": "No.", "cap": "Yes."}, {"name", "cap"}) == {"name": "No.", "cap": "Yes."}
