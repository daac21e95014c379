import pytest

from domain.audience import EVERYONE, All, AnyOf, Count, Did, Node, Not, Property
from domain.facts import User
from domain.matching import compile_node
from domain.may_fit import NOBODY, at_best, may_fit
from domain.people import Age, CustomList, Gender
from domain.saved import expand
from tests.store.oddities import SAVED
from tests.store.worlds import Draws

PRO = Property("plan", "equals", "pro")
LATELY = Property("seen", "in_last_days", 3)
BOUGHT = Did("Order Completed", count=Count(">=", 2))


def user(**traits: object) -> User:
    return User("ann", 1, traits, None, suppressed=False)


@pytest.mark.parametrize(
    ("node", "plan", "may"),
    [
        (PRO, "pro", True),
        (PRO, "free", False),
        (All((PRO, BOUGHT)), "free", False),
        (All((PRO, BOUGHT)), "pro", True),
        (AnyOf((PRO, BOUGHT)), "free", True),
        (Not(PRO), "pro", False),
        (Not(AnyOf((PRO, BOUGHT))), "pro", False),
        (Not(AnyOf((PRO, BOUGHT))), "free", True),
        (Not(All((PRO, BOUGHT))), "pro", True),
        (All((Gender("female"), LATELY)), "pro", False),
    ],
    ids=str,
)
def test_who_is_never_in_it_is_known_by_what_does_not_change(
    node: Node, plan: str, may: bool
) -> None:
    asks = may_fit(node)
    assert asks is not None
    assert asks(user(plan=plan, gender="male")) is may


@pytest.mark.parametrize(
    "node", [EVERYONE, BOUGHT, Not(BOUGHT), CustomList("vip"), LATELY, Age(">=", 18)], ids=str
)
def test_where_all_may_change_everybody_may_be_in_it(node: Node) -> None:
    assert may_fit(node) is None


def test_what_may_change_suits_the_user_best() -> None:
    assert at_best(All((PRO, BOUGHT))) == All((PRO, EVERYONE))
    assert at_best(Not(AnyOf((BOUGHT, PRO)))) == Not(AnyOf((NOBODY, PRO)))
    assert at_best(Not(Not(BOUGHT))) == Not(Not(EVERYONE))


@pytest.mark.parametrize("seed", range(40))
def test_whoever_is_in_it_by_some_history_may_be(seed: int) -> None:
    """Of drawn trees and people: nobody who qualifies was left out before."""
    world = Draws(seed).world(30)
    for node in world.nodes:
        tree = expand(node, SAVED)
        asks, matcher = may_fit(tree), compile_node(tree)
        for one in world.users:
            history = [event for event in world.history if event.user == one.user]
            if matcher(one, history, world.now_ms, world.zone):
                assert asks is None or asks(one), tree
