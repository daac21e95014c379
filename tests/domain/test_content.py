from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content import (
    TEMPLATE_CHARS_MAX,
    VALUE_CHARS_MAX,
    Abort,
    BadTemplate,
    Rendered,
    RenderFailed,
    Template,
    compile_template,
    render,
)

ANN: dict[str, Any] = {
    "name": "Ann",
    "age": 41,
    "vip": True,
    "height": 1.75,
    "tags": ["a", "b"],
    "address": {"city": "Oslo"},
    "nothing": None,
    "void": "",
    "first name": "Ann",
    "now": "then",
}
ORDER: dict[str, Any] = {"total": 19.5, "items": [{"sku": "A1"}, {"sku": "B2"}], "key": "name"}

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def compiled(text: str) -> Template:
    template = compile_template(text)
    assert isinstance(template, Template), template
    return template


def shown(text: str, **values: Any) -> object:
    return render(compiled(text), **({"profile": ANN, "event": ORDER} | values))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hi {{ Profile.name }}!", "Hi Ann!"),
        ("{{ Profile['first name'] }}, {{ Event.items[1].sku }}", "Ann, B2"),
        ("{% for item in Event.items %}{{ item.sku }};{% endfor %}", "A1;B2;"),
        ("{% if Profile.vip %}VIP{% elsif Profile.age > 18 %}adult{% else %}?{% endif %}", "VIP"),
        ("{% unless Profile.vip %}no{% else %}yes{% endunless %}", "yes"),
        ("{% case Profile.age %}{% when 40 %}a{% when 41, 42 %}b{% endcase %}", "b"),
        ("{% assign x = Profile.age | plus: 1 %}{{ x }} years", "42 years"),
        ("{{ Profile.now }}{{ ConstantEventProperty }}", "thenblue"),
        ("plain text", "plain text"),
        ("", ""),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}", "123"),
    ],
)
def test_a_template_reads_as_liquid_does(text: str, value: str) -> None:
    assert shown(text, constant="blue") == Rendered(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ Profile.age }}", 41),
        ("{{Profile.vip}}", True),
        ("{{ Profile.height | times: 2 }}", 3.5),
        ("{{ Profile.tags }}", ["a", "b"]),
        ("{{ Profile.address }}", {"city": "Oslo"}),
        ("{{ Event.items | size }}", 2),
        ("{{ (1..3) }}", [1, 2, 3]),
        ("{{ nil }}", None),
        ("{{ empty }}", ""),
        ("{{ Profile.age }} ", "41 "),
        ("{{ Profile.age }}{{ Profile.age }}", "4141"),
        ("{% if true %}{{ Profile.age }}{% endif %}", "41"),
    ],
)
def test_only_a_value_that_is_exactly_one_output_keeps_its_type(text: str, value: object) -> None:
    answer = shown(text)
    assert answer == Rendered(value)
    assert isinstance(answer, Rendered)
    assert type(answer.value) is type(value)


@given(JSON.filter(lambda value: value is not None))
def test_any_json_value_passes_one_output_unchanged(value: object) -> None:
    answer = render(compiled("{{ Profile.x }}"), profile={"x": value})
    match answer:
        case Rendered(value=shown):
            assert shown == value
        case _:
            assert answer == RenderFailed("the value is longer than 512 characters")


@pytest.mark.parametrize(
    ("text", "value", "missing"),
    [
        ("Hi {{ Profile.nick }}!", "Hi !", ("Profile.nick",)),
        ("{{ Profile.nick }}", "", ("Profile.nick",)),
        ("{{ Profile.nothing }}", "", ("Profile.nothing",)),
        ("{{ Profile.address.zip.code }}", "", ("Profile.address.zip.code",)),
        ("{{ Profile.nick | upcase | append: '!' }}", "", ("Profile.nick",)),
        ("{{ 'Dear ' | append: Profile.nick }}", "Dear ", ("Profile.nick",)),
        ("{% assign n = Profile.nick %}{{ n }}{{ n }}", "", ("Profile.nick",)),
        (
            "{{ Profile['last name'] }} {{ Profile.nick }}",
            " ",
            ("Profile['last name']", "Profile.nick"),
        ),
        ("{{ Profile.nick | default: 'you' }}", "you", ()),
        ("{{ Profile.nick | upcase | default: 'you' }}", "you", ()),
        ("{{ Profile.nick | default: Profile.other }}", "", ("Profile.other",)),
        ("{% if Profile.nick %}a{% else %}b{% endif %}", "b", ()),
        ("{% if Profile.nick == nil %}none{% endif %}", "none", ()),
        ("{{ Profile.vip | default: 'x' }}", True, ()),
        ("Hi {{ Profile.void }}!", "Hi !", ("Profile.void",)),
        ("{{ Profile.void }}", "", ("Profile.void",)),
        ("Hi {{ Profile.void | upcase }}!", "Hi !", ("Profile.void",)),
        ("Hi {{ Profile.void | default: '' }}!", "Hi !", ()),
    ],
)
def test_a_missing_value_renders_empty_and_is_named(
    text: str, value: object, missing: tuple[str, ...]
) -> None:
    assert shown(text) == Rendered(value, missing)


def test_without_an_event_its_properties_are_missing() -> None:
    assert shown("{{ Event.total }}", event=None) == Rendered("", ("Event.total",))


def test_the_name_of_a_missing_value_never_holds_a_value() -> None:
    """`Profile[Event.secret]` is looked up by a value, and names go into reports and logs."""
    answer = shown("{{ Profile[Event.secret] }}", event={"secret": "ann@example.com"})
    assert answer == Rendered("", ("Profile[...]",))


def test_abort_skips_the_user() -> None:
    assert shown("{% if Profile.age > 40 %}{% abort %}{% endif %}young") == Abort()
    assert shown("{% if Profile.age > 41 %}{% abort %}{% endif %}young") == Rendered("young")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ name }}", "nothing is called 'name' here; write Profile.name"),
        ("{{ now }}", "nothing is called 'now'"),
        ("{{ Profile.name", "line 1, column 1: expected '}}'"),
        ("\n {% include 'x' %}", "line 2, column 5: unexpected tag 'include'"),
        ("{{ Profile.d | date: '%Y' }}", "unknown filter 'date'"),
        ("{% if true %}", "expected tag endif"),
        ("{{ Profile.empty }}", "is written Profile['empty']"),
        ("{% assign Event = 1 %}", "Event cannot be assigned"),
        ("{% for Profile in Event.items %}{% endfor %}", "Profile cannot be assigned"),
        ("{% for i in (1..1001) %}{% endfor %}", "at most 1000 apart"),
        ("{% assign n = 5 %}{% for i in (1..n) reversed %}{% endfor %}", "a range is two plain"),
        ("{% if true %}" * 20, "nesting limit"),
        ("{% if " + " and ".join(["true"] * 400) + " %}{% endif %}", "nested too deeply"),
        ("{{ " + "Profile[" * 400 + "'a'" + "]" * 400 + " }}", "[ stands there more than 20"),
        ("{{ a }}" + "{{" * 21, "{{ stands there more than 20 times without }}"),
        ("x" * (TEMPLATE_CHARS_MAX + 1), "has 5001 characters; at most 5000"),
    ],
)
def test_a_bad_template_is_told_before_anything_is_sent(text: str, problem: str) -> None:
    answer = compile_template(text)
    assert isinstance(answer, BadTemplate)
    assert problem in answer.problem


def test_all_problems_of_a_template_are_told_at_once() -> None:
    answer = compile_template("{{ a | b }}{{ c | d }}{% assign Profile = 1 %}")
    assert isinstance(answer, BadTemplate)
    assert answer.problem.count(";") == 6


@given(st.text(max_size=40) | st.text("{}%|[]()'.: Profileifendfor12", max_size=60))
def test_any_text_at_all_is_a_template_or_a_problem(text: str) -> None:
    answer = compile_template(text)
    if isinstance(answer, Template):
        assert isinstance(render(answer, profile=ANN), Rendered | Abort | RenderFailed)


def test_a_template_names_what_it_uses() -> None:
    template = compiled(
        "{% assign e = Event.items %}{{ e[0].sku }}{{ Profile['a b'] | default: Profile.c }}"
        "{% if ConstantEventProperty %}{{ Profile[Event.key] }}{% endif %}"
    )
    assert template.names == (
        "ConstantEventProperty",
        "Event.items",
        "Event.key",
        "Profile.c",
        "Profile['a b']",
        "Profile[Event.key]",
    )


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("{{ Event.total }}", True),
        ("{{ Profile[Event.key] }}", True),
        ("{% for pair in Event %}{% endfor %}", True),
        ("{% if Profile.x %}{% else %}{{ 'a' | append: Event['b'] }}{% endif %}", True),
        ("{{ Profile.Event }}", False),
        ("{% comment %}{{ Event.total }}{% endcomment %}", False),
        ("{% raw %}{{ Event.total }}{% endraw %}", False),
    ],
)
def test_a_template_that_needs_an_event_says_so(text: str, uses: bool) -> None:
    assert compiled(text).uses_event() is uses


@pytest.mark.parametrize("unit", ["x", "é", "\N{PILE OF POO}"])
def test_a_value_has_at_most_512_characters_whatever_their_bytes(unit: str) -> None:
    full = {"x": unit * VALUE_CHARS_MAX, "y": unit * (VALUE_CHARS_MAX + 1)}
    for text in ("{{ Profile.x }}", "{{ Profile.x }}{{ Profile.z }}"):
        answer = render(compiled(text), profile=full)
        assert isinstance(answer, Rendered)
        assert answer.value == full["x"]
    for text in ("{{ Profile.y }}", "{{ Profile.y }}{{ Profile.z }}"):
        too_long = RenderFailed("the value is longer than 512 characters")
        assert render(compiled(text), profile=full) == too_long


def test_a_list_counts_as_its_json() -> None:
    assert isinstance(shown("{{ Profile.x }}", profile={"x": [0] * 300}), RenderFailed)


@pytest.mark.parametrize(
    "text",
    [
        "{{ Profile.name | round: Profile.name, 1 }}",
        "twice {{ Profile.huge | times: 10 }}",
        "{{ 5 | divided_by: Profile.zero }}",
        "{{ Profile.huge | times: 10 }}",
        "{{ Profile.mixed | sort }}",
        "{% for i in Event.items limit: Profile.name %}{% endfor %}",
        "{% if Profile.name > 5 %}{% endif %}",
    ],
)
def test_values_that_do_not_fit_fail_for_this_user_and_are_not_quoted(text: str) -> None:
    profile = {"name": "ann@example.com", "zero": 0, "huge": 1e308, "mixed": ["a", 1]}
    answer = shown(text, profile=profile)
    assert isinstance(answer, RenderFailed)
    assert "ann@" not in answer.problem


def test_compiling_twice_gives_the_same_template() -> None:
    assert compile_template("{{ Profile.name }}") is compile_template("{{ Profile.name }}")


def test_rendering_leaves_nothing_for_the_next_user() -> None:
    template = compiled("{% if Profile.a %}{% assign x = Profile.a %}{% endif %}[{{ x }}]")
    assert render(template, profile={"a": 1}) == Rendered("[1]")
    assert render(template, profile={}) == Rendered("[]", ("x",))


@pytest.mark.parametrize("key", ["first", "last", "size"])
def test_a_trait_that_is_not_there_is_missing_whatever_the_language_calls_it(key: str) -> None:
    template = compile_template(f"{{{{ Profile.{key} }}}}")
    assert isinstance(template, Template)
    rendered = render(template, profile={"email": "kari@example.com"})
    assert rendered == Rendered(value="", missing=(f"Profile.{key}",))
