from actors.mailbox import Mailbox, NewEvents
from actors.router import PLACES_UNTOLD_MAX, Router


async def test_only_the_campaigns_that_wait_for_a_name_hear_of_it() -> None:
    router = Router()
    cart, order = Mailbox(), Mailbox()
    router.subscribe("c1", "Product Added", cart)
    router.subscribe("c2", "Order Completed", order)
    router.route({"Order Completed", "Nobody Asked"}, 7)
    assert (cart.waiting, await order.next()) == (False, NewEvents(7))


def test_who_is_forgotten_hears_nothing_more_and_leaves_nothing_behind() -> None:
    router = Router()
    first, second = Mailbox(), Mailbox()
    router.subscribe("c1", "A", first)
    router.subscribe("c2", "A", second)
    router.forget("c1")
    router.route({"A"}, 1)
    assert (first.waiting, second.waiting) == (False, True)
    router.forget("c2")
    assert router.names == frozenset()


def test_a_new_actor_of_a_campaign_takes_the_place_of_the_old_one() -> None:
    router = Router()
    old, new = Mailbox(), Mailbox()
    router.subscribe("c1", "A", old)
    router.subscribe("c1", "A", new)
    router.route({"A"}, 1)
    assert (old.waiting, new.waiting) == (False, True)


def test_everyone_hears_of_it_when_the_log_has_grown_far_and_not_before() -> None:
    heard: list[int] = []
    router = Router(heard.append)
    mailbox = Mailbox()
    router.subscribe("c1", "A", mailbox)
    router.route({"B"}, PLACES_UNTOLD_MAX - 1)
    waited = [mailbox.waiting]
    router.route({"B"}, PLACES_UNTOLD_MAX)
    waited.append(mailbox.waiting)
    assert waited == [False, True]
    assert heard == [PLACES_UNTOLD_MAX - 1, PLACES_UNTOLD_MAX]
