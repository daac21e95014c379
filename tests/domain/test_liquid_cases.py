"""The Liquid that marketers know from elsewhere: what its reference says of each tag and filter.

No package ships the Golden Liquid cases, so these are our own, by Shopify's reference.
"""

import re
from typing import Any

import pytest

from domain.content import Rendered, Template, compile_template, render
from domain.liquid_sandbox import FILTERS

PROFILE: dict[str, Any] = {
    "name": "Ann",
    "empty": "",
    "nothing": None,
    "yes": True,
    "no": False,
    "zero": 0,
    "age": 41,
    "price": 9.99,
    "tags": ["red", "green", "blue"],
    "none": [],
    "pair": {"first": 1, "b": 2},
    "address": {"city": "Oslo", "lines": ["a", "b"]},
    "html": "<b>Ann & Bo's</b>",
    "spaced": "  a b  ",
    "long": "Ground control to Major Tom.",
    "numbers": [3, 1, 2],
    "mixed": "Ann,Bo,Cy",
}
LAST = "{% for t in Profile.tags %}{{ t }}{% unless forloop.last %},{% endunless %}{% endfor %}"
PARENT = (
    "{% for a in (1..2) %}{% for b in (1..2) %}{{ forloop.parentloop.index }}{% endfor %}"
    "{% endfor %}"
)

CASES: dict[str, list[tuple[str, str]]] = {
    "output": [
        ("{{ 'text' }}!", "text!"),
        ('{{ "double" }}!', "double!"),
        ("{{ 5 }}!", "5!"),
        ("{{ -5.5 }}!", "-5.5!"),
        ("{{ true }}!", "true!"),
        ("{{ nil }}!", "!"),
        ("a {{- ' b ' -}} c", "a b c"),
        ("{{ Profile.tags }}!", "redgreenblue!"),
        ("{{ Profile.tags[0] }}{{ Profile.tags[-1] }}!", "redblue!"),
        ("{{ Profile.tags.first }}{{ Profile.tags.last }}!", "redblue!"),
        ("{{ Profile.tags.size }}{{ Profile.name.size }}!", "33!"),
        ("{{ Profile.tags[9] }}!", "!"),
        ("{{ Profile['name'] }}!", "Ann!"),
        ("{{ Profile.address.city }}!", "Oslo!"),
        ("{{ Profile.address['lines'][1] }}!", "b!"),
        ("{{ Profile.address.city.size }}!", "4!"),
        ("{{ Profile.nothing.x }}!", "!"),
        ("{{ (1..3) | join: '' }}!", "123!"),
    ],
    "if": [
        ("{% if Profile.yes %}a{% endif %}", "a"),
        ("{% if Profile.no %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.nothing %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.zero %}a{% else %}b{% endif %}", "a"),
        ("{% if Profile['empty'] %}a{% else %}b{% endif %}", "a"),
        ("{% if Profile.none %}a{% else %}b{% endif %}", "a"),
        ("{% if Profile.none == empty %}a{% endif %}", "a"),
        ("{% if Profile['empty'] == blank %}a{% endif %}", "a"),
        ("{% if Profile.age == 41 %}a{% endif %}", "a"),
        ("{% if Profile.age != 41 %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.age <> 41 %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.age >= 41 and Profile.age <= 41 %}a{% endif %}", "a"),
        ("{% if Profile.age > 41 or Profile.age < 41 %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.age == '41' %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.name contains 'nn' %}a{% endif %}", "a"),
        ("{% if Profile.tags contains 'red' %}a{% endif %}", "a"),
        ("{% if Profile.tags contains 'r' %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.nothing contains 'r' %}a{% else %}b{% endif %}", "b"),
        ("{% if true and false and false or true %}a{% else %}b{% endif %}", "b"),
        ("{% if Profile.no %}a{% elsif Profile.age > 40 %}b{% else %}c{% endif %}", "b"),
        ("a {%- if true -%} b {%- endif -%} c", "abc"),
    ],
    "unless": [
        ("{% unless Profile.no %}a{% endunless %}", "a"),
        ("{% unless Profile.yes %}a{% else %}b{% endunless %}", "b"),
        ("{% unless Profile.yes %}a{% elsif Profile.yes %}b{% endunless %}", "b"),
    ],
    "case": [
        ("{% case Profile.name %}{% when 'Ann' %}a{% when 'Bo' %}b{% endcase %}", "a"),
        ("{% case Profile.name %}{% when 'Bo', 'Ann' %}a{% endcase %}", "a"),
        ("{% case Profile.name %}{% when 'Bo' or 'Ann' %}a{% endcase %}", "a"),
        ("{% case Profile.name %}{% when 'Bo' %}a{% else %}b{% endcase %}", "b"),
        ("{% case Profile.age %}{% when '41' %}a{% else %}b{% endcase %}", "b"),
        ("{% case Profile.nothing %}{% when nil %}a{% endcase %}", "a"),
    ],
    "for": [
        ("{% for t in Profile.tags %}{{ t }} {% endfor %}", "red green blue "),
        ("{% for t in Profile.none %}{{ t }}{% else %}none{% endfor %}", "none"),
        ("{% for t in Profile.nothing %}{{ t }}{% else %}none{% endfor %}", "none"),
        ("{% for i in (1..4) %}{{ i }}{% endfor %}", "1234"),
        ("{% for t in Profile.tags limit: 1 %}{{ t }}{% endfor %}", "red"),
        ("{% for t in Profile.tags offset: 1 %}{{ t }}{% endfor %}", "greenblue"),
        ("{% for t in Profile.tags limit: 1 offset: 1 %}{{ t }}{% endfor %}", "green"),
        ("{% for t in Profile.tags reversed %}{{ t }}{% endfor %}", "bluegreenred"),
        ("{% for t in Profile.tags %}{{ forloop.index }}{% endfor %}", "123"),
        ("{% for t in Profile.tags %}{{ forloop.index0 }}{% endfor %}", "012"),
        ("{% for t in Profile.tags %}{{ forloop.rindex }}{% endfor %}", "321"),
        ("{% for t in Profile.tags %}{{ forloop.length }}{% endfor %}", "333"),
        (LAST, "red,green,blue"),
        ("{% for t in Profile.tags %}{% if forloop.first %}{{ t }}{% endif %}{% endfor %}", "red"),
        ("{% for p in Profile.pair %}{{ p[0] }}={{ p[1] }};{% endfor %}", "first=1;b=2;"),
        (PARENT, "1122"),
    ],
    "assign": [
        ("{% assign x = Profile.name %}{{ x }}!", "Ann!"),
        ("{% assign x = Profile.name | upcase | append: '?' %}{{ x }}", "ANN?"),
        ("{% assign x = 1 %}{% if true %}{% assign x = 2 %}{% endif %}{{ x }}!", "2!"),
        ("{% assign x = (1..3) %}{% for i in x %}{{ i }}{% endfor %}", "123"),
    ],
    "raw": [
        ("{% raw %}{{ Profile.name }}{% if %}{% endraw %}", "{{ Profile.name }}{% if %}"),
    ],
    "comment": [
        ("a{% comment %}b{{ c }}{% endcomment %}d", "ad"),
    ],
    "default": [
        ("{{ Profile.x | default: 'd' }}", "d"),
        ("{{ Profile['empty'] | default: 'd' }}", "d"),
        ("{{ Profile.none | default: 'd' }}", "d"),
        ("{{ Profile.no | default: 'd' }}", "d"),
        ("a{{ Profile.no | default: 'd', allow_false: true }}", "afalse"),
        ("a{{ Profile.zero | default: 'd' }}", "a0"),
    ],
    "size": [("a{{ Profile.tags | size }}{{ 'abc' | size }}{{ 5 | size }}", "a330")],
    "append": [("{{ 'a' | append: 'b' }}", "ab"), ("{{ 'a' | append: 1 }}", "a1")],
    "prepend": [("{{ 'a' | prepend: 'b' }}", "ba")],
    "capitalize": [("{{ 'ann BO' | capitalize }}", "Ann bo")],
    "upcase": [("{{ 'ann ø' | upcase }}", "ANN Ø")],
    "downcase": [("{{ 'ANN Ø' | downcase }}", "ann ø")],
    "strip": [("[{{ Profile.spaced | strip }}]", "[a b]")],
    "lstrip": [("[{{ Profile.spaced | lstrip }}]", "[a b  ]")],
    "rstrip": [("[{{ Profile.spaced | rstrip }}]", "[  a b]")],
    "squish": [("[{{ '  a   b ' | squish }}]", "[a b]")],
    "strip_newlines": [("{% assign x = 'a\nb' %}{{ x | strip_newlines }}", "ab")],
    "escape": [("{{ Profile.html | escape }}", "&lt;b&gt;Ann &amp; Bo&#39;s&lt;/b&gt;")],
    "url_encode": [("{{ 'a b@c.d/é' | url_encode }}", "a+b%40c.d%2F%C3%A9")],
    "replace": [
        ("{{ 'a.b.a' | replace: 'a', 'c' }}", "c.b.c"),
        ("{{ 'aaa' | replace: 'aa', 'b' }}", "ba"),
    ],
    "remove": [("{{ 'I sprained the train' | remove: 'rain' }}", "I sped the t")],
    "truncate": [
        ("{{ Profile.long | truncate: 20 }}", "Ground control to..."),
        ("{{ Profile.long | truncate: 25, ', and so on' }}", "Ground control, and so on"),
        ("{{ Profile.long | truncate: 20, '' }}", "Ground control to Ma"),
        ("{{ Profile.long | truncate: 99 }}", "Ground control to Major Tom."),
    ],
    "truncatewords": [
        ("{{ Profile.long | truncatewords: 3 }}", "Ground control to..."),
        ("{{ Profile.long | truncatewords: 3, '--' }}", "Ground control to--"),
        ("{{ Profile.long | truncatewords: 9 }}", "Ground control to Major Tom."),
    ],
    "slice": [
        ("{{ 'Liquid' | slice: 0 }}", "L"),
        ("{{ 'Liquid' | slice: 2, 5 }}", "quid"),
        ("{{ 'Liquid' | slice: -3, 2 }}", "ui"),
        ("{{ 'Liquid' | slice: 9 }}", ""),
        ("{{ Profile.tags | slice: 1, 2 | join: '+' }}", "green+blue"),
    ],
    "split": [
        ("{{ Profile.mixed | split: ',' | join: '|' }}", "Ann|Bo|Cy"),
        ("{{ 'abc' | split: '' | join: '|' }}", "a|b|c"),
        ("{{ 'abc' | split: 'x' | join: '|' }}", "abc"),
    ],
    "join": [
        ("{{ Profile.tags | join }}", "red green blue"),
        ("{{ Profile.tags | join: ', ' }}", "red, green, blue"),
    ],
    "first": [("a{{ Profile.tags | first }}", "ared"), ("a{{ Profile.none | first }}", "a")],
    "last": [("a{{ Profile.tags | last }}", "ablue")],
    "reverse": [("{{ Profile.tags | reverse | join: '' }}", "bluegreenred")],
    "sort": [("{{ Profile.numbers | sort | join: '' }}", "123")],
    "plus": [("a{{ 4 | plus: 2 }}", "a6"), ("a{{ '4' | plus: 2.5 }}", "a6.5")],
    "minus": [("a{{ 16 | minus: 4 }}", "a12"), ("a{{ 183.357 | minus: 12 }}", "a171.357")],
    "times": [("a{{ 3 | times: 2 }}", "a6"), ("a{{ 183.357 | times: 12 }}", "a2200.284")],
    "divided_by": [
        ("a{{ 16 | divided_by: 4 }}", "a4"),
        ("a{{ 5 | divided_by: 3 }}", "a1"),
        ("a{{ 20 | divided_by: 8.0 }}", "a2.5"),
        ("a{{ -5 | divided_by: 3 }}", "a-2"),
    ],
    "modulo": [("a{{ 24 | modulo: 7 }}", "a3"), ("a{{ 183.357 | modulo: 12 }}", "a3.357")],
    "abs": [("a{{ -17 | abs }}", "a17"), ("a{{ '-19.86' | abs }}", "a19.86")],
    "ceil": [("a{{ 1.2 | ceil }}{{ '3.5' | ceil }}", "a24")],
    "floor": [("a{{ 1.2 | floor }}{{ '3.5' | floor }}", "a13")],
    "round": [
        ("a{{ 1.2 | round }}{{ 2.7 | round }}", "a13"),
        ("a{{ 183.357 | round: 2 }}", "a183.36"),
    ],
    "at_least": [("a{{ 4 | at_least: 5 }}{{ 4 | at_least: 3 }}", "a54")],
    "at_most": [("a{{ 4 | at_most: 5 }}{{ 4 | at_most: 3 }}", "a43")],
}
TAGS = {"output", "if", "unless", "case", "for", "assign", "raw", "comment"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(*case, id=f"{name} {n}")
        for name, of in CASES.items()
        for n, case in enumerate(of)
    ],
)
def test_a_template_renders_as_the_reference_of_liquid_says(text: str, shown: str) -> None:
    template = compile_template(text)
    assert isinstance(template, Template), template
    answer = render(template, profile=PROFILE)
    assert isinstance(answer, Rendered), answer
    assert str(answer.value) == shown


def test_every_tag_and_filter_that_is_allowed_has_its_cases() -> None:
    assert CASES.keys() == TAGS | FILTERS.keys()
    for name, cases in CASES.items():
        if name in FILTERS:
            assert all(re.search(rf"\| {name}\b", text) for text, _ in cases), name
