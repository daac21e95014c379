import pytest

from domain.audience import EVERYONE, All, AnyOf, Node, Not, SameValue, Step
from domain.campaign import Campaign, What
from domain.constant import is_asked, may_give, values
from domain.facts import Event, User

SKU = SameValue("sku", (Step("A"),))
SHOP = SameValue("shop", (Step("B"),))
USER = User("u1", 1)
NOW = 1_774_774_800_000


def did(name: str, ago_ms: int, **properties: object) -> Event:
    return Event(ago_ms, f"{name}{ago_ms}", "u1", name, NOW - ago_ms, NOW, dict(properties))


HISTORY = [did("A", 9, sku=7), did("A", 5, sku="x"), did("B", 3, shop="s"), did("A", -5, sku=8)]


def found(who: Node) -> object:
    campaign = Campaign(name="x", kind="past_behaviour", who=who)
    return values(campaign, USER, HISTORY, now_ms=NOW, zone="UTC")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (SKU, ["x", 7]),
        (All((EVERYONE, AnyOf((SHOP, SKU)))), ["s"]),
        (AnyOf((SameValue("none", (Step("A"),)), SKU)), ["x", 7]),
        (Not(SKU), None),
        (EVERYONE, None),
    ],
)
def test_the_first_condition_that_has_values_gives_them_newest_first(
    who: Node, expected: object
) -> None:
    assert found(who) == expected
    assert may_give(who) == (expected is not None)


def test_only_content_that_mentions_the_values_asks_for_them() -> None:
    for text, asked in (("{{ ConstantEventProperty[0] }}", True), ("{{ Profile.x }}", False)):
        campaign = Campaign(name="x", kind="live", what=What(key_values={"a": text}))
        assert is_asked(campaign) == asked
