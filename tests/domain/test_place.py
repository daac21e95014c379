import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.place import item, member, outward, within


def test_a_place_reads_like_a_path() -> None:
    assert member(item(member("who", "of"), 1), "op") == "who.of[1].op"


def test_an_unusual_key_is_quoted() -> None:
    assert member("what.key_values", 'my "key"') == 'what.key_values."my \\"key\\""'


@pytest.mark.parametrize(
    ("where", "outer", "expected"),
    [
        ("who", "who", True),
        ("who.of[1].op", "who.of", True),
        ("who.of[1].op", "who.of[1]", True),
        ("who.of[10]", "who.of[1]", False),
        ("whoever", "who", False),
        ("who", "who.of", False),
    ],
)
def test_a_place_lies_within_what_is_around_it(where: str, outer: str, expected: bool) -> None:
    assert within(where, outer) is expected


@given(st.text('a.["]1', min_size=1, max_size=12))
def test_what_a_place_lies_in_is_named_from_the_inside_out(where: str) -> None:
    around = [where[:at] for at in range(len(where), 0, -1) if within(where, where[:at])]
    assert list(outward(where)) == around
