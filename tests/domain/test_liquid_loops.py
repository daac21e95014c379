import pytest

from domain.content import Rendered, RenderFailed, Template, compile_template, render
from domain.liquid_loops import FILTER_STEPS, PaidLoop
from domain.liquid_sandbox import LOOP_STEPS_MAX, LOOP_TURNS_MAX


def outcome(text: str, **profile: object) -> object:
    template = compile_template(text)
    assert isinstance(template, Template), template
    return render(template, profile=profile)


def steps(body: str) -> int:
    template = compile_template("{% for i in Profile.x %}" + body + "{% endfor %}")
    assert isinstance(template, Template), template
    (node,) = template.parsed.nodes
    assert isinstance(node, PaidLoop)
    return node.steps


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("text", 1),
        ("{{ i }}", 3),  # the tag, what it writes, and the path
        ("{{ i | upcase }}", 3 + FILTER_STEPS),
        ("{{ i | append: 'a' }}", 4 + FILTER_STEPS),
        ("{% if i %}text{% endif %}", 5),  # the tag, its condition and path, the block, the text
    ],
)
def test_a_turn_costs_what_stands_in_the_loop(body: str, more: int) -> None:
    assert steps(body) == steps("") + more
    assert steps(f"{body}{{{{ i }}}}{body}") == steps("{{ i }}") + 2 * more


def test_a_loop_pays_for_the_loops_in_it() -> None:
    assert steps("{% for j in i %}{{ j }}{% endfor %}") > steps("{{ i }}")


def test_a_long_list_may_be_looked_through_for_something() -> None:
    body = "{% if i.sku == 'X' and i.price > 3 %}{{ i.name }}{% endif %}"
    things = [{"sku": "Y", "price": 4}] * (LOOP_TURNS_MAX - 1) + [
        {"sku": "X", "price": 4, "name": "found"}
    ]
    said = outcome("{% for i in Profile.things %}" + body + "{% endfor %}", things=things)
    assert said == Rendered("found")


def test_much_for_each_of_many_is_ended_and_says_why() -> None:
    body = "{% if i %}{% endif %}" * 20
    assert LOOP_TURNS_MAX * steps(body) > LOOP_STEPS_MAX
    said = outcome("{% for i in Profile.many %}" + body + "{% endfor %}", many=[1] * LOOP_TURNS_MAX)
    assert said == RenderFailed("the loops have too much in them")
    assert isinstance(
        outcome("{% for i in Profile.many %}" + body + "{% endfor %}", many=[1]), Rendered
    )
