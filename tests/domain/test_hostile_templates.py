"""Templates written to hurt: each is refused, or ends within 50 ms of work and 32 MB.

Whoever may draft may write one; an approver or a preview would run it.
"""

import gc
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from domain.content import (
    TEMPLATE_CHARS_MAX,
    VALUE_CHARS_MAX,
    Abort,
    BadTemplate,
    Rendered,
    RenderFailed,
    compile_template,
    render,
)

WORK_SECONDS_MAX = 0.05
"""Of processor time, the best of three: what else runs on the machine is not the template's."""
MEMORY_BYTES_MAX = 32_000_000
TRIES = 3

PROFILE: dict[str, Any] = {
    "long": "x" * 32_000,
    "mid": "ab" * 2_500,
    "words": "a " * 16_000,
    "many": list(range(1_000)),
    "texts": ["y" * 300] * 100,
    "deep": [[[[[1] * 5] * 5] * 5] * 5] * 5,
    "big": 2**62,
    "float": 1e308,
    "tiny": 1e-308,
    "html": "<&>'\"" * 6_000,
    "key": "many",
    "object": {f"k{n}": "v" * 50 for n in range(500)},
    "digits": "9" * 4_000,
    "spaces": " " * 32_000,
    "lines": "\n" * 32_000,
    "exponent": "1e400000",
}


def loops(n: int, body: str, over: str = "Profile.many") -> str:
    """Nest `n` loops round a body."""
    opened = "".join(f"{{% for a{i} in {over} %}}" for i in range(n))
    return f"{opened}{body}{'{% endfor %}' * n}"


def grown(step: str, turns: int = 40, seed: str = "'ab'") -> str:
    """Let a variable grow by a step, again and again."""
    begin = f"{{% assign s = {seed} %}}"
    body = f"{{% assign s = s | {step} %}}"
    return f"{begin}{{% for i in (1..{turns}) %}}{body}{{% endfor %}}{{{{ s }}}}"


HOSTILE = [
    loops(2, "x"),
    loops(3, ""),
    loops(9, ""),
    loops(1, "{{ Profile.long | upcase | downcase }}"),
    loops(1, "{{ Profile.long | split: '' | reverse | join: '' }}"),
    loops(1, "{{ Profile.many | join: Profile.mid }}"),
    loops(1, "{% if Profile.long contains 'y' %}a{% endif %}"),
    loops(1, "{% if Profile.texts contains Profile.long %}a{% endif %}"),
    loops(1, "{% if Profile.object == Profile.object %}{% endif %}"),
    loops(1, "{% if Profile.deep == Profile.deep %}{% endif %}"),
    loops(1, "{% case Profile.long %}{% when Profile.mid %}{% endcase %}"),
    loops(1, "{{ Profile.deep }}"),
    loops(1, "{{ Profile.object }}"),
    loops(1, "", over="Profile.object"),
    loops(1, "{% for x in Profile.many offset: 999 %}{% endfor %}"),
    loops(1, "{% for x in Profile.many reversed limit: 1 %}{% endfor %}"),
    loops(1, "{{ a0 | times: a0 | times: Profile.big }}"),
    loops(1, "{{ Profile.html | escape | url_encode }}"),
    grown("prepend: s"),
    grown("replace: 'a', s"),
    grown("replace: '', s"),
    grown("split: '' | join: s"),
    grown("url_encode", seed="'%%%%'"),
    grown("escape", seed="'&&&&'"),
    grown("times: s", seed="99999999"),
    grown("times: s", seed="1.5"),
    grown("plus: s", seed="Profile.big"),
    grown("truncate: 30000, s"),
    grown("append: s | slice: 0, 9000000000", turns=900),
    "{{ Profile.long | replace: 'x', Profile.long }}",
    "{{ Profile.mid | replace: 'a', Profile.mid | replace: 'b', Profile.mid }}",
    "{{ Profile.words | truncatewords: 999999999 }}",
    "{{ Profile.words | split: ' ' | sort | reverse | join: Profile.long }}",
    "{{ Profile.spaces | squish }}{{ Profile.lines | strip_newlines }}",
    "{{ Profile.long | truncate: 999999999999999999999 }}",
    "{{ 2 | times: Profile.big | times: Profile.big | times: Profile.big }}",
    "{{ Profile.float | times: Profile.float }}{{ 1 | divided_by: Profile.tiny }}",
    "{{ Profile.digits | plus: 1 }}",
    "{{ Profile.exponent | round: 300000 }}",
    "{{ 1.5 | round: 999999999 }}",
    "{{ 1 | divided_by: 0 }}{{ 1 | modulo: 0 }}",
    "{{ " + "9" * 4_000 + " | times: 9 }}",
    "{{ 1e308 | times: 1e308 }}{{ 1e99999999 }}",
    "{% for i in (1..999999999) %}{% endfor %}",
    "{% for i in (-999999999..999999999) reversed limit: 1 %}{% endfor %}",
    "{{ (1..1000) | join: Profile.long }}",
    "{{ Profile[Profile.key][Profile.key][Profile.key] }}",
    "{{ " + "Profile[" * 600 + "'a'" + "]" * 600 + " }}",
    "{{ Profile" + ".x" * 2_000 + " }}",
    "{% if " + "Profile.a == Profile.b or " * 190 + "true %}a{% endif %}",
    "{% if true %}" * 350,
    "{% for i in (1..9) %}" * 220 + "{% endfor %}" * 5,
    "{{ 'a'" + " | append: 'a'" * 350 + " }}",
    "{{ Profile.long" + " | append: ''" * 350 + " }}",
    "{% case Profile.age %}" + "{% when 1, 2, 3 %}a" * 240 + "{% endcase %}",
    "{% raw %}" * 500,
    "{% comment %}" * 350 + "{% endcomment %}",
    "{{" * 2_500,
    "{{" * 20 + "x" * 4_900,
    "}}" * 300 + "{{" * 300 + "x" * 3_000,
    "{{%}" * 1_200,
    "{%}}" * 1_200,
    "{{ x }}" * 700,
    "{% if " * 20 + "x" * 4_800,
    "{% if " * 300 + "x" * 3_000,
    "{" * 4_999,
    "{%" * 2_500,
    "{{ '" + "x" * 4_900,
    '{{ "' + "\\" * 4_900 + '" }}',
    "{% assign " + "a" * 4_900 + " = 1 %}",
    "{{ Profile.__class__.__mro__ }}{{ Profile.many.__len__ }}",
    "{{ Profile.long.format }}{{ Profile.object.items }}{{ Profile.object.keys }}",
    "{% include 'x' %}{% render 'x' %}{% layout 'x' %}",
    "\N{ZERO WIDTH JOINER}{{ Profile.x }}\u202e{{ Profile.y }}",
    "x" * (TEMPLATE_CHARS_MAX + 1),
]


@contextmanager
def calm() -> Iterator[None]:
    """Keep the collector of other tests' garbage out of the measure."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def played(text: str) -> Rendered | Abort | RenderFailed | BadTemplate:
    """Do all that is done with a template for one user, from its text on."""
    compile_template.cache_clear()
    template = compile_template(text)
    if isinstance(template, BadTemplate):
        return template
    return render(template, profile=PROFILE, event=PROFILE, constant=["a"])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:60])
def test_a_hostile_template_is_refused_or_ends_soon_and_small(text: str) -> None:
    took = []
    answer = played(text)
    with calm():
        for _ in range(TRIES):
            began = time.thread_time()
            played(text)
            took.append(time.thread_time() - began)
        tracemalloc.start()
        try:
            played(text)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(answer, Rendered | Abort | RenderFailed | BadTemplate)
    if isinstance(answer, Rendered):
        assert len(str(answer.value)) <= VALUE_CHARS_MAX
    assert min(took) < WORK_SECONDS_MAX
    assert peak < MEMORY_BYTES_MAX


def test_there_are_fifty_of_them_and_more() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 50
