import pytest

from domain.liquid_text import DEPTH_MAX, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-5.5, "-5.5"),
        ([1, True, None, "a", [False]], "1trueafalse"),
        ((1, 2), "12"),
        (range(1, 4), "1..3"),
        ({"city": "Oslo", "new": True, "zip": None}, '{"city":"Oslo","new":true,"zip":null}'),
        ([{"a": 1}, {}], '{"a":1}{}'),
    ],
)
def test_a_value_stands_in_a_text_as_liquid_writes_it(value: object, text: str) -> None:
    assert written(value) == text


def test_what_is_nested_beyond_all_sense_is_no_text() -> None:
    value: object = "a"
    for _ in range(DEPTH_MAX + 2):
        value = [value]
    with pytest.raises(RecursionError):
        written(value)
