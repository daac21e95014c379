"""The Liquid that marketers know from elsewhere: what its reference says of each tag and filter.

No package ships the Golden Liquid cases, so these are our own, by Shopify's reference.
"""

import re

import pytest

from domain.content import Rendered, RenderFailed, Template, compile_template, render
from domain.liquid_filters import FILTERS
from tests.domain.liquid_cases import CASES, PROFILE, TAGS
from tests.domain.liquid_wrong import WRONG


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


@pytest.mark.parametrize("text", WRONG)
def test_what_the_reference_calls_an_error_is_refused_and_never_sent(text: str) -> None:
    template = compile_template(text)
    if isinstance(template, Template):
        assert isinstance(render(template, profile=PROFILE), RenderFailed)


def test_a_missing_value_stays_missing_behind_a_filter() -> None:
    """Liquid would make `b`, `1` and `0` of these; a `default` or a `required` shall find it."""
    for filters in ("append: 'b'", "plus: 1", "size", "upcase"):
        template = compile_template(f"{{{{ Profile.x | {filters} }}}}")
        assert isinstance(template, Template)
        assert render(template, profile=PROFILE) == Rendered("", ("Profile.x",))


def test_every_tag_and_filter_that_is_allowed_has_its_cases() -> None:
    assert CASES.keys() == TAGS | FILTERS.keys()
    for name, cases in CASES.items():
        if name in FILTERS:
            assert all(re.search(rf"\| {name}\b", text) for text, _ in cases), name
