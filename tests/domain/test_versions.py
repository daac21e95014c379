import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.versions import compare, key

numbers = st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("low", "high"),
    [("5.9", "5.10"), ("5", "5.0.1"), ("0", "0.1"), ("9", "10"), ("5.10", "v5"), ("5.9", "5.9-b")],
)
def test_a_version_is_below_another(low: str, high: str) -> None:
    assert (compare(low, high), compare(high, low)) == (-1, 1)


@pytest.mark.parametrize("text", ["5", "5.0", "5.0.0", "05"])
def test_zeros_that_say_nothing_make_no_other_version(text: str) -> None:
    assert compare(text, "5") == 0


@pytest.mark.parametrize(
    "text", ["", "v5", "5.", ".5", "5..1", "5.9-beta", "12345678901", "٣", "5\n"]
)
def test_what_is_no_dotted_number_has_no_key(text: str) -> None:
    assert key(text) is None


@given(numbers, numbers)
def test_keys_sort_as_the_numbers_do(one: list[int], other: list[int]) -> None:
    def trimmed(parts: list[int]) -> list[int]:
        while parts and parts[-1] == 0:
            parts = parts[:-1]
        return parts

    texts = [".".join(map(str, parts)) for parts in (one, other)]
    left, right = trimmed(one), trimmed(other)
    assert compare(*texts) == (left > right) - (left < right)
