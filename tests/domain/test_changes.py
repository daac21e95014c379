from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.audience import Property
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, What
from domain.changes import changes
from tests.domain.definitions import PAST
from tests.domain.test_campaign_hash import WHOLE, changed

ZONE = "Europe/Oslo"


def told(after: Campaign, before: Campaign = PAST) -> dict[str, str]:
    return dict(changes(before, after, ZONE))


def test_two_contents_that_say_the_same_differ_in_nothing() -> None:
    assert changes(PAST, PAST, ZONE) == []


def test_a_changed_number_is_told_as_it_was_and_as_it_is() -> None:
    before = replace(PAST, limits=Limits(cap_per_run=1_000))
    after = replace(PAST, limits=Limits(cap_per_run=5_000))
    assert told(after, before) == {"How many": "At most 1,000 a run → At most 5,000 a run"}


def test_what_was_added_and_what_is_gone_are_told_apart() -> None:
    before = replace(PAST, what=What(key_values={"coupon": "SPRING"}))
    more = replace(PAST, what=What(key_values={"coupon": "SPRING", "title": "Hi"}))
    assert told(more, before) == {"What": "new: title: Hi"}
    assert told(before, more) == {"What": "no longer: title: Hi"}


def test_do_not_disturb_that_was_dropped_is_told() -> None:
    before = replace(PAST, do_not_disturb=DoNotDisturb("22:00", "08:00"))
    said = told(replace(PAST, do_not_disturb=None), before)["Do not disturb"]
    assert said.startswith("22:00 to 08:00")
    assert said.endswith("→ None")


def test_what_only_follows_from_another_part_is_no_change_of_its_own() -> None:
    before = replace(PAST, delivery=Delivery(messages_per_5_minutes=10))
    after = replace(before, limits=replace(before.limits, cap_per_run=7))
    assert list(told(after, before)) == ["How many"]


def test_another_name_is_a_change_too() -> None:
    assert told(replace(PAST, name="Autumn")) == {"Name": f"{PAST.name} → Autumn"}


def test_a_template_that_differs_beyond_what_is_shown_is_told_from_where_it_differs() -> None:
    long = "word " * 100
    before = replace(PAST, what=What(key_values={"body": f"{long}10 %"}))
    after = replace(PAST, what=What(key_values={"body": f"{long}20 %"}))
    assert told(after, before) == {
        "what.key_values.body": "...word word word word 10 %→...word word word word 20 %".replace(
            "→", " → "
        )
    }


def test_a_change_that_is_seen_hides_none_that_a_summary_cuts_off() -> None:
    long = "word " * 100
    before = replace(PAST, what=What(key_values={"body": f"{long}10 %", "coupon": "A"}))
    after = replace(PAST, what=What(key_values={"body": f"{long}20 %", "coupon": "B"}))
    said = told(after, before)
    assert said["What"] == "coupon: A → coupon: B"
    assert said["what.key_values.body"].endswith("20 %")


def test_a_value_beyond_those_that_a_list_shows_is_told_too() -> None:
    zones = tuple(f"C{n}" for n in range(12))
    before = replace(PAST, who=Property("country", "in", zones))
    after = replace(PAST, who=Property("country", "in", (*zones[:-1], "XX")))
    (said,) = told(after, before).values()
    assert '"C11"]' in said
    assert '"XX"]' in said


@pytest.mark.parametrize("data", list(changed(WHOLE)))
def test_no_field_of_a_campaign_changes_unseen(data: Any) -> None:
    """Who approves would approve what nobody told them."""
    before = msgspec.convert(WHOLE, Campaign)
    try:
        after = msgspec.convert(data, Campaign)
    except msgspec.ValidationError:
        pytest.skip("no campaign says that")
    assert changes(before, after, ZONE)
