import pytest
from msgspec import structs

from bot.wizard.reading import Reading
from bot.wizard.what import STEP, WhatValues, read_pairs, write_pairs
from domain.goal import Goal
from tests.bot.samples import PAST


def test_pairs_are_read_a_line_each() -> None:
    reading = Reading()
    pairs = read_pairs("coupon = A=B\n\nfirst* = {{ Profile.x }}", "b", reading)
    assert pairs == ({"coupon": "A=B", "first": "{{ Profile.x }}"}, ("first",))
    assert write_pairs(*pairs) == "coupon = A=B\nfirst* = {{ Profile.x }}"


@pytest.mark.parametrize("text", ["no pair", "= 5", "a = 1\na = 2"])
def test_what_is_no_pair_is_said(text: str) -> None:
    reading = Reading()
    read_pairs(text, "b", reading)
    assert list(reading.errors) == ["b"]


def test_a_goal_is_kept() -> None:
    part = STEP.fill(structs.replace(PAST, goal=Goal("Order Completed")))
    assert STEP.say(part, False, Reading())["goal"] == Goal("Order Completed")


@pytest.mark.parametrize(
    ("where", "block"),
    [
        ("what.event", "what.event"),
        ("what.key_values.a", "what.key_values"),
        ("who", ""),
        ("when.start", ""),
    ],
)
def test_a_problem_has_its_place(where: str, block: str) -> None:
    assert STEP.place(WhatValues(), where) == block
