import pytest

from domain.fuse import PREPARED_MIN, Fuse

NOW = 1_774_000_000_000
HOUR = 3_600_000


def counted(good: int, failed: int, *, at_ms: int = NOW) -> Fuse:
    fuse = Fuse()
    for n in range(good + failed):
        fuse = fuse.count(at_ms, failed=n < failed)
    return fuse


@pytest.mark.parametrize(
    ("good", "failed", "blown"),
    [(0, 39, False), (0, 40, True), (38, 2, False), (37, 3, True), (95, 5, False), (94, 6, True)],
)
def test_it_blows_past_five_percent_of_at_least_forty(good: int, failed: int, blown: bool) -> None:
    assert counted(good, failed).blown() is blown


def test_it_forgets_after_an_hour_but_not_the_latest_forty() -> None:
    fuse = counted(0, 40)
    assert fuse.count(NOW + HOUR - 60_000, failed=False).prepared == 41
    later = counted(38, 2)
    for n in range(PREPARED_MIN):
        later = later.count(NOW + HOUR + n, failed=False)
    assert (later.prepared, later.failed) == (40, 0)


def test_it_blows_too_for_a_campaign_that_sends_seldom() -> None:
    """One message in ten minutes, and none of them can be rendered."""
    fuse = Fuse()
    for n in range(PREPARED_MIN):
        assert not fuse.blown()
        fuse = fuse.count(NOW + n * HOUR // 6, failed=True)
    assert fuse.blown()


def test_it_keeps_an_hour_of_minutes_and_no_more() -> None:
    fuse = Fuse()
    for minute in range(500):
        fuse = fuse.count(NOW + minute * 60_000, failed=False)
    assert len(fuse.minutes) == 60


def test_it_keeps_no_more_than_forty_messages_of_a_campaign_that_sends_seldom() -> None:
    fuse = Fuse()
    for day in range(500):
        fuse = fuse.count(NOW + day * 24 * HOUR, failed=False)
    assert len(fuse.minutes) == PREPARED_MIN
