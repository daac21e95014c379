import pytest

from bot.wizard.pairs import read_pairs, write_pairs
from bot.wizard.reading import Reading


def test_pairs_are_read_a_line_each() -> None:
    pairs = read_pairs("coupon = A=B\n\nfirst* = {{ Profile.x }}", "b", Reading())
    assert pairs == ({"coupon": "A=B", "first": "{{ Profile.x }}"}, ("first",))
    assert write_pairs(*pairs) == "coupon = A=B\nfirst* = {{ Profile.x }}"


def test_an_indented_line_goes_on_with_the_value_above() -> None:
    text = "body = Hello\n  you\n    there\nb = 1"
    pairs = read_pairs(text, "b", Reading())
    assert pairs == ({"body": "Hello\nyou\n  there", "b": "1"}, ())
    assert write_pairs(*pairs) == text


def test_an_indented_first_line_is_a_pair_itself() -> None:
    assert read_pairs("  a = 1", "b", Reading()) == ({"a": "1"}, ())


@pytest.mark.parametrize("text", ["no pair", "= 5", "a = 1\na = 2", "* = 5"])
def test_what_is_no_pair_is_said(text: str) -> None:
    reading = Reading()
    read_pairs(text, "b", reading)
    assert list(reading.errors) == ["b"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Hi {{ Profile.first_name }}", "text = Hi {{ Profile.first_name }}"),
        ("title: You left it: here", "title = You left it: here"),
        ("See https://example.com", "text = See https://example.com"),
        ("* = 5", "coupon = SPRING"),
    ],
)
def test_whoever_writes_only_a_text_is_shown_it_as_a_pair(text: str, meant: str) -> None:
    reading = Reading()
    read_pairs(text, "b", reading)
    assert reading.errors["b"].endswith(f"Write it like: {meant}")
