import re
from pathlib import Path

import pytest

from domain.liquid_filters import FILTERS, NUMBER_MAX, LimitReached, size_of
from domain.liquid_sandbox import Sandbox

SANDBOX = Sandbox()
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "definition.md"


def rendered(text: str, **values: object) -> str:
    return SANDBOX.from_string(text).render(**values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ 'ann' | capitalize | append: '!' | prepend: 'Hi ' }}", "Hi Ann!"),
        ("{{ ' a  b ' | squish | upcase | downcase }}", "a b"),
        ("[{{ ' a ' | strip }}{{ ' b ' | lstrip }}{{ ' c ' | rstrip }}]", "[ab  c]"),
        ("{{ 'a-b-a' | replace: 'a', 'x' | remove: '-' }}", "xbx"),
        ("{{ 'ab' | replace: '', '.' }}", ".a.b."),
        ("{{ 'a,b,c' | split: ',' | reverse | join: '+' }}", "c+b+a"),
        ("{{ 'b a' | split: ' ' | sort | first }}{{ 'b a' | split: ' ' | last }}", "aa"),
        ("{{ 'abcdef' | slice: 1, 3 }}{{ 'abcdef' | size }}", "bcd6"),
        (
            "{{ 'one two three' | truncatewords: 2 }}|{{ 'abcdef' | truncate: 5 }}",
            "one two...|ab...",
        ),
        ("{{ '<&>' | escape }}{{ 'a b&c' | url_encode }}", "&lt;&amp;&gt;a+b%26c"),
        ("{{ 7 | plus: 3 | minus: 4 | times: 5 | divided_by: 4 | modulo: 4 }}", "3"),
        (
            "{{ -1.5 | abs }} {{ 1.2 | ceil }} {{ 1.8 | floor }} {{ 1.256 | round: 2 }}",
            "1.5 2 1 1.26",
        ),
        ("{{ 5 | at_least: 7 }}{{ 5 | at_most: 3 }}{{ nil | default: 'd' }}", "73d"),
        ("{{ false | default: 'd' }}{{ false | default: 'd', allow_false: true }}", "dfalse"),
        ("{{ x | join }}{{ 3 | join }}{{ 'a' | strip_newlines }}", "a b3a"),
    ],
)
def test_the_listed_filters_do_what_liquid_says(text: str, shown: str) -> None:
    assert rendered(text, x=["a", "b"]) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ x | sort: 'p' | first }}", '{"p":1}'),
        ("{{ x | sort: 'p' | last }}", '{"name":"none"}'),
        ("{{ y | sort | join: ',' }}", "1,2,3,"),
        ("{{ y | sort: nosuch | size }}", "4"),
        ("{{ -41.5 | modulo: 7 }} {{ 41.5 | modulo: -7 }} {{ 41.5 | modulo: 7 }}", "0.5 -0.5 6.5"),
        ("{{ -41 | modulo: 7 }} {{ 14.0 | modulo: 7 }}", "1 0.0"),
    ],
)
def test_what_is_not_there_is_sorted_last_and_a_rest_has_the_divisors_sign(
    text: str, shown: str
) -> None:
    values = {"x": [{"p": 3}, {"name": "none"}, {"p": 1}], "y": [3, None, 1, 2]}
    assert rendered(text, **values) == shown


def test_every_listed_filter_is_shown_above() -> None:
    marks = test_the_listed_filters_do_what_liquid_says.pytestmark  # type: ignore[attr-defined]  # pytest puts it there
    texts = " ".join(text for text, _ in marks[0].args[1])
    assert [name for name in FILTERS if f"| {name}" not in texts] == []


def test_the_reference_names_every_filter_and_tag() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    told = text[text.index("Of Liquid's tags") : text.index("They do what Shopify")]
    named = set(re.findall(r"`(\w+)`", told))
    parts = {"elsif", "else", "when", "raw"}
    assert named == FILTERS.keys() | parts | {"if", "unless", "case", "for", "assign", "comment"}


@pytest.mark.parametrize(
    ("value", "size"),
    [("abc", 3), (["ab", 5], 4), ((1, 2), 2), (True, 1), (NUMBER_MAX, 1), (1.5, 1), (None, 1)],
)
def test_everything_has_a_size(value: object, size: int) -> None:
    assert size_of(value) == size


@pytest.mark.parametrize("value", [NUMBER_MAX + 1, -NUMBER_MAX - 1, float("inf"), float("nan")])
def test_a_number_beyond_all_bounds_has_none(value: object) -> None:
    with pytest.raises(LimitReached, match="too large"):
        size_of(value)
