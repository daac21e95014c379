from tests.simulation import waits
from tests.simulation.invent import invent

LIVES = [waits.added(invent(seed)) for seed in range(120)]


def test_in_some_lives_campaigns_wait_in_every_way_and_the_others_are_as_invented() -> None:
    same = sum(life == invent(life.seed) for life in LIVES)
    assert 60 <= same <= 110
    waiting = [one for life in LIVES for one in life.campaigns if one.without]
    assert {one.on_repeat for one in waiting} == {"restart", "keep"}
    assert {one.same_cart for one in waiting} == {True, False}
    assert any(one.delay_minutes for life in LIVES for one in life.campaigns)
    assert not any(one.delay_minutes for one in waiting)
    assert all(one.without != one.event for one in waiting)


def test_an_event_that_is_posted_again_is_about_the_same_cart() -> None:
    for life in LIVES:
        carts = {(event.id, event.cart) for event in life.events}
        assert len(carts) == len({event.id for event in life.events})
