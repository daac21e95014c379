import tracemalloc
from datetime import UTC, datetime

import pytest
from liquid.exceptions import LiquidError

from domain.liquid_filters import FILTER_CHARS_MAX, LimitReached
from domain.liquid_sandbox import (
    LOOP_TURNS_MAX,
    Aborted,
    Sandbox,
)

SANDBOX = Sandbox()


def rendered(text: str, **values: object) -> str:
    return SANDBOX.from_string(text).render(**values)


def test_only_the_listed_tags_exist() -> None:
    ours = {name for name in SANDBOX.tags if name.islower() and name.isalpha()}
    markup = {"content", "output", "illegal"}
    assert ours - markup == {"if", "unless", "case", "for", "assign", "comment", "abort"}


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{% capture x %}{% endcapture %}",
        "{% increment x %}",
        "{% cycle 'a' %}",
        "{% tablerow x in y %}{% endtablerow %}",
        "{% echo 'a' %}",
        "{% liquid echo 'a' %}",
        "{% doc %}{% enddoc %}",
        "{% # note %}",
        "{% break %}",
        "{% abort 'reason' %}",
        "{{ 'a' if true else 'b' }}",
    ],
)
def test_a_tag_that_is_not_listed_does_not_parse(text: str) -> None:
    with pytest.raises(LiquidError):
        SANDBOX.from_string(text)


@pytest.mark.parametrize("name", ["date", "concat", "uniq", "where", "strip_html", "base64_encode"])
def test_a_filter_that_is_not_listed_does_not_render(name: str) -> None:
    with pytest.raises(LiquidError, match="unknown filter"):
        rendered("{{ 'a' | " + name + " }}")


def test_no_template_can_read_the_clock() -> None:
    text = rendered("{{ now }}{{ today }}{{ 'now' }}")
    assert str(datetime.now(UTC).year) not in text


BOMBS = [
    "{{ x | replace: 'x', x | replace: 'x', x | replace: 'x', x | replace: 'x', x }}",
    "{% assign y = x %}{% for i in many %}{% assign y = y | append: y %}{% endfor %}{{ y }}",
    "{% for i in many %}{{ long | upcase | downcase | slice: 0 }}{% endfor %}",
    "{% assign y = long | split: '' %}{{ y | join: x }}",
    "{{ many | join: long }}",
    "{{ mid | replace: 'x', mid }}",
    "{{ mid | replace: '', mid }}",
    "{{ mid | split: '' | join: mid }}",
    "{% for a in many %}{% for b in many %}{{ b }}{% endfor %}{% endfor %}",
    "{% for a in many %}a{% endfor %}" * 8,
    "{% assign n = 9 %}{% for i in many %}{% assign n = n | times: n %}{% endfor %}{{ n }}",
    "{{ long }}",
    "{% for i in many %}{% assign y = long | split: '' %}{% endfor %}",
]


HEAVY = {
    "x": "x" * 200,
    "mid": "x" * 5_000,
    "long": "x" * FILTER_CHARS_MAX,
    "many": list(range(200)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_template_grows_without_bound(bomb: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(LiquidError, match=r"too l|limit|loops together"):
            rendered(bomb, **HEAVY)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000


def test_loops_share_one_budget_of_turns() -> None:
    loop = "{% for i in many %}{% endfor %}"
    half = list(range(LOOP_TURNS_MAX // 2))
    assert rendered(loop * 2, many=half) == ""
    with pytest.raises(LimitReached, match="all loops together may turn 1000 times"):
        rendered(loop * 2 + "{% for i in one %}{% endfor %}", many=half, one=[1])


def test_a_text_of_full_length_may_pass_a_filter() -> None:
    """The longest event property there is can still be truncated."""
    assert rendered("{{ x | truncate: 5 }}", x="x" * FILTER_CHARS_MAX) == "xx..."


def test_abort_leaves_at_once_from_anywhere() -> None:
    with pytest.raises(Aborted):
        rendered(
            "{% for i in many %}{% if i == 1 %}{% abort %}{% endif %}{% endfor %}", many=[0, 1]
        )


def test_a_comment_and_raw_text_run_nothing() -> None:
    assert (
        rendered("{% comment %}{% abort %}{% endcomment %}{% raw %}{% abort %}{% endraw %}")
        == "{% abort %}"
    )
