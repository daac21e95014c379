import pytest

from domain.watermark import Watermark, retry_seconds


def test_it_is_too_much_from_the_high_mark_until_it_is_at_the_low_one() -> None:
    mark, over, told = Watermark(high=10, low=5), False, []
    for value in (0, 9, 10, 7, 9, 6, 5, 6, 9, 10):
        over = mark.over(value, was_over=over)
        told.append(over)
    assert told == [False, False, True, True, True, True, False, False, False, True]


@pytest.mark.parametrize(("severity", "seconds"), [(0.6, 2), (1, 2), (1.5, 3), (4, 8), (900, 60)])
def test_the_worse_it_is_the_later_a_sender_comes_again(severity: float, seconds: int) -> None:
    assert retry_seconds(severity, least=2, most=60) == seconds
