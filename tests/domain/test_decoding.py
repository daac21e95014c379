from typing import Annotated, Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audience import Node
from domain.campaign import Campaign, canonical
from domain.decoding import DEPTH_MAX, decode, fits
from tests.domain.definitions import campaigns, sweep

PLAIN = {"name": "a", "kind": "past_behaviour"}


class Pace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    per_second: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    window: tuple[int, int] = (0, 1)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: str
    pace: Pace = Pace()
    keys: Annotated[list[str], msgspec.Meta(max_length=2)] = []


def told(data: object, type_: Any = Campaign) -> list[str]:
    found = decode(data, type_)
    assert isinstance(found, list), found
    return [str(problem) for problem in found]


@sweep
@given(campaigns())
def test_whatever_is_a_campaign_is_decoded(campaign: Campaign) -> None:
    assert decode(msgspec.json.decode(canonical(campaign)), Campaign) == campaign


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "kind", "who", "of", "type", "what", "key_values", "when", "x"]
            ),
            inner | st.sampled_from(["all", "not", "did", "live"]),
            max_size=4,
        )
    ),
    max_leaves=10,
)


@sweep
@given(_json)
def test_any_data_is_either_a_campaign_or_has_problems(data: Any) -> None:
    """The walk and msgspec agree on what is a campaign."""
    try:
        expected: Campaign | None = msgspec.convert(data, Campaign, strict=True)
    except msgspec.ValidationError:
        expected = None
    found = decode(data, Campaign)
    assert found == expected if expected is not None else isinstance(found, list) and found
    assert fits(data, Campaign) is (expected is not None)


TYPES = {str(each.__struct_config__.tag) for each in get_args(Node)}


def test_every_problem_is_told_at_once() -> None:
    data = {
        "kind": "lives",
        "labls": [],
        "labels": ["a", 2],
        "who": {
            "type": "all",
            "of": [{"type": "didnot"}, {"event": "A"}, {"type": "did", "days": "3"}],
        },
        "limits": {"cap_total": "5"},
        "on_pause": True,
        "what": {"key_values": {"my key": 1}},
    }
    assert told(data) == [
        'kind: "lives" is not possible here. Did you mean "live"? Possible: live, past_behaviour.',
        (
            'labls: This key is unknown. Did you mean "labels"?'
            " Possible: delivery, do_not_disturb, kind, labels,"
            " limits, name, on_pause, trigger, variants, what, when, who."
        ),
        'labels[1]: Found the number 2, expected text. Put it in quotes: "2".',
        'who.of[0].type: There is no type "didnot". Did you mean "did_not"?',
        (
            'who.of[1].type: "type" is missing: it says what kind of thing this is.'
            f" Add one of: {', '.join(sorted(TYPES))}."
        ),
        'who.of[2].days: Found the text "3", expected a whole number. Write it without quotes.',
        'who.of[2].event: "event" is missing. Add it: text.',
        'limits.cap_total: Found the text "5", expected a whole number. Write it without quotes.',
        "on_pause: Found true, expected one of drop, hold. Write one of drop, hold.",
        'what.key_values."my key": Found the number 1, expected text. Put it in quotes: "1".',
        'name: "name" is missing. Add it: text.',
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"who": [1]},
            "who: Found a list, expected a table. Write a table.",
        ),
        (
            {"labels": "cart"},
            (
                'labels: Found the text "cart", expected a list (of text).'
                " Put it in square brackets: [ ... ]."
            ),
        ),
        (
            {"who": {"type": "did", "event": "E", "count": {"value": 1.5}}},
            (
                "who.count.value: Found the number 1.5, expected a whole number or a list"
                " (of a whole number). Write a whole number or a list (of a whole number)."
            ),
        ),
        (
            {"trigger": {"event": {"name": "x"}}},
            "trigger.event: Found a table, expected text. Write text.",
        ),
    ],
)
def test_a_thing_of_the_wrong_kind_is_named_with_what_it_should_be(
    data: dict[str, Any], problem: str
) -> None:
    assert told({**PLAIN, **data}) == [problem]


def test_what_is_no_table_at_all_is_refused() -> None:
    assert told("name") == ['definition: Found the text "name", expected a table. Write a table.']


def test_settings_are_decoded_by_the_same_rules() -> None:
    data = {"pace": {"per_second": -1, "window": [1]}, "keys": ["a", "b", "c"], "dta": ""}
    assert told(data, Settings) == [
        "pace.per_second: -1 is not possible: Expected float > 0.0. Choose another value.",
        (
            "pace.window: [...] is not possible: Expected array of length 2, got 1."
            " Choose another value."
        ),
        "keys: [...] is not possible: Expected array of length <= 2. Choose another value.",
        'dta: This key is unknown. Did you mean "data"? Possible: data, keys, pace.',
        'data: "data" is missing. Add it: text.',
    ]
    assert decode({"data": "x", "pace": {"per_second": 5}}, Settings) == Settings("x", Pace(5.0))


def test_data_nested_without_end_is_refused() -> None:
    node: dict[str, Any] = {"type": "all", "of": []}
    for _ in range(DEPTH_MAX):
        node = {"type": "not", "of": node}
    (problem,) = told({**PLAIN, "who": node})
    assert "It is nested too deeply." in problem
