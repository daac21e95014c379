import msgspec
import pytest

from domain.audience import EVERYONE, All, AnyOf, Node, Not, SameValue, Saved, Step
from domain.campaign import Campaign, What
from domain.rules_what import what_problems
from tests.domain.definitions import LIVE, PAST

HELD = SameValue("sku", (Step("Viewed"),))


def told(campaign: Campaign, what: What) -> list[tuple[str, str]]:
    changed = msgspec.structs.replace(campaign, what=what)
    return [(problem.where, problem.what) for problem in what_problems(changed)]


@pytest.mark.parametrize(
    "what",
    [
        What(),
        What(profile=("*",), event_properties=("price",)),
        What(key_values={"a": "{{ Event.price }} {{ Profile.x | default: 'y' }}"}, required=("a",)),
        What(key_values={"x" * 120: "y" * 2_000}),
    ],
)
def test_content_that_can_be_sent_has_no_problems(what: What) -> None:
    assert told(LIVE, what) == []


@pytest.mark.parametrize(
    ("campaign", "what", "where", "said"),
    [
        (LIVE, What(event=""), "what.event", "It is empty."),
        (
            LIVE,
            What(event="x" * 101),
            "what.event",
            "It has 101 characters; at most 100 are possible.",
        ),
        (LIVE, What(profile=("*", "a")), "what.profile", '"*" already means every key.'),
        (LIVE, What(profile=("a", "a")), "what.profile", '"a" is there more than once.'),
        (
            LIVE,
            What(profile=tuple(f"k{n}" for n in range(101))),
            "what.profile",
            "There are 101 keys; at most 100 are possible.",
        ),
        (
            PAST,
            What(event_properties=("a",)),
            "what.event_properties",
            "A past behaviour campaign has no triggering event to take properties from.",
        ),
        (
            LIVE,
            What(key_values={f"k{n}": "" for n in range(51)}),
            "what.key_values",
            "There are 51 pairs; at most 50 are possible.",
        ),
        (
            LIVE,
            What(key_values={"x" * 121: ""}),
            f"what.key_values.{'x' * 121}",
            "It has 121 characters; at most 120 are possible.",
        ),
        (
            LIVE,
            What(key_values={"a": "y" * 2_001}),
            "what.key_values.a",
            "The template has 2001 characters; at most 2000 are possible.",
        ),
        (
            PAST,
            What(key_values={"a b": "{{ Event.x }}"}),
            'what.key_values."a b"',
            "It uses Event, but a past behaviour campaign has no triggering event.",
        ),
        (
            LIVE,
            What(key_values={"a": "{{ ConstantEventProperty.x }}"}),
            "what.key_values.a",
            "It uses ConstantEventProperty, but no condition of this campaign gives it a value.",
        ),
        (LIVE, What(required=("a",)), "what.required", '"a" is not among the key_values.'),
    ],
)
def test_content_that_cannot_be_sent_is_refused(
    campaign: Campaign, what: What, where: str, said: str
) -> None:
    assert told(campaign, what) == [(where, said)]


@pytest.mark.parametrize(
    "template", ["{{ Profile.x", "{% if %}", "{% include 'x' %}", "{{ Other.x }}"]
)
def test_a_template_that_cannot_be_used_is_refused(template: str) -> None:
    ((where, _),) = told(LIVE, What(key_values={"a": template}))
    assert where == "what.key_values.a"


def test_a_required_key_that_is_misspelt_is_offered_the_right_one() -> None:
    what = What(key_values={"headline": ""}, required=("headlin",))
    (problem,) = what_problems(msgspec.structs.replace(LIVE, what=what))
    assert 'Did you mean "headline"?' in problem.fix


@pytest.mark.parametrize(
    ("who", "possible"),
    [
        (HELD, True),
        (All((EVERYONE, AnyOf((HELD,)))), True),
        (Saved("VIP"), True),
        (Not(HELD), False),
        (EVERYONE, False),
    ],
)
@pytest.mark.parametrize("campaign", [PAST, LIVE])
def test_constant_values_may_be_mentioned_where_a_condition_gives_them(
    campaign: Campaign, who: Node, possible: bool
) -> None:
    what = What(key_values={"a": "{{ ConstantEventProperty.first }}"})
    found = told(msgspec.structs.replace(campaign, who=who), what)
    assert (found == []) == possible
