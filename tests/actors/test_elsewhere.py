from actors.elsewhere import Elsewhere


def test_each_burst_is_told_once_when_its_time_has_come() -> None:
    elsewhere = Elsewhere([(10, 1, 1), (20, 2, 4), (20, 3, 3), (35, 1, 1)])
    assert list(elsewhere.upto(9)) == []
    assert list(elsewhere.upto(20)) == [(10, 1, 1), (20, 2, 4), (20, 3, 3)]
    assert list(elsewhere.upto(34)) == []
    assert list(elsewhere.upto(99)) == [(35, 1, 1)]
    assert list(elsewhere.upto(100)) == []


def test_nothing_leaves_beside_the_daemon() -> None:
    assert list(Elsewhere().upto(10**9)) == []


def test_of_one_millisecond_the_engines_own_may_go_first() -> None:
    elsewhere = Elsewhere([(10, 1, 1)], yields=True)
    assert list(elsewhere.upto(10)) == []
    assert list(elsewhere.upto(11)) == [(10, 1, 1)]
