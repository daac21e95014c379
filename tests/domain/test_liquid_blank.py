import pytest

from domain.content import Rendered, Template, compile_template, render


@pytest.mark.parametrize(
    ("value", "is_blank"),
    [(None, True), ("", True), ("  ", True), ([], True), ({}, True), ("Ann", False), (0, False)],
)
@pytest.mark.parametrize(
    ("condition", "negated"),
    [
        ("Profile.x == blank", False),
        ("blank == Profile.x", False),
        ("Profile.x != blank", True),
        ("Profile.x <> blank", True),
        ("true and Profile.x != blank", True),
        ("false or Profile.x == blank", False),
    ],
)
def test_what_is_not_there_is_as_blank_as_what_is_empty(
    value: object, is_blank: bool, condition: str, negated: bool
) -> None:
    template = compile_template(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}")
    assert isinstance(template, Template), template
    told = "yes" if is_blank != negated else "no"
    for profile in ({"x": value}, *([{}] if value is None else [])):
        assert render(template, profile=profile) == Rendered(told)


@pytest.mark.parametrize("tag", ["if", "unless"])
def test_it_is_so_in_every_tag_with_conditions(tag: str) -> None:
    text = f"{{% {tag} Profile.x == 1 %}}a{{% elsif Profile.x == blank %}}b{{% end{tag} %}}"
    template = compile_template(text)
    assert isinstance(template, Template), template
    shown = "b" if tag == "if" else "a"
    assert render(template, profile={}) == Rendered(shown)


def test_nothing_else_is_compared_otherwise() -> None:
    template = compile_template("{% if Profile.x == nil and Profile.x != empty %}a{% endif %}")
    assert isinstance(template, Template), template
    assert render(template, profile={}) == Rendered("a")
