from typing import Any

import pytest

from domain.content import Rendered, Template, compile_template, render
from domain.liquid_output import is_blank

BLANK: dict[str, Any] = {"name": " ", "tags": [], "age": 0, "vip": False, "key": "name"}


def missing(text: str) -> tuple[str, ...]:
    template = compile_template(text)
    assert isinstance(template, Template), template
    answer = render(template, profile=BLANK, event={"items": [{"sku": ""}]})
    assert isinstance(answer, Rendered), answer
    return answer.missing


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hi {{ Profile.name }},", ("Profile.name",)),
        ("{{ Profile.name }}", ("Profile.name",)),
        ("Hi {{ Profile.name | strip | upcase }},", ("Profile.name",)),
        ("You like {{ Profile.tags }}.", ("Profile.tags",)),
        ("You like {{ Profile.tags | join: ', ' }}.", ("Profile.tags",)),
        ("{% for i in Event.items %}- {{ i.sku }}{% endfor %}", ("i.sku",)),
        ("Hi {{ Profile[Profile.key] }},", ("Profile[Profile.key]",)),
    ],
)
def test_a_blank_value_that_leaves_a_hole_is_named(text: str, names: tuple[str, ...]) -> None:
    assert missing(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{ Profile.name | default: 'you' }},",
        "Hi {{ Profile.name | strip | default: '' }},",
        "{% assign n = Profile.name | strip | default: '' %}Hi {{ n }},",
        "{% if Profile.name != blank %}Hi {{ Profile.name }}{% endif %},",
        "You are {{ Profile.age }}, {{ Profile.vip }}.",
        "{{ '' }}",
    ],
)
def test_a_template_that_says_what_goes_without_a_value_lacks_nothing(text: str) -> None:
    assert missing(text) == ()


@pytest.mark.parametrize("value", ["", " \n", None, [], {}, ()])
def test_what_holds_nothing_is_blank(value: object) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", ["a", 0, 0.0, False, [0], {"a": None}])
def test_what_holds_anything_is_not(value: object) -> None:
    assert not is_blank(value)
