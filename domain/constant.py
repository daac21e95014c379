"""What the content gets as `ConstantEventProperty`.

These are the values for which a condition of one value held across events holds for the user. A
condition under NOT finds none: there is no value of which it is not so.
"""

from collections.abc import Iterator

from domain.assignment import every_pairs
from domain.audience import All, AnyOf, Node, SameValue, Saved
from domain.campaign import Campaign
from domain.content import Template, compile_template
from domain.facts import User
from domain.matching import History, constant_values
from domain.same_value import Value


def may_give(who: Node) -> bool:
    """Whether the audience can give values; one that is saved may have the condition inside."""
    return any(isinstance(each, SameValue | Saved) for each in _plain(who))


def is_asked(campaign: Campaign) -> bool:
    """Whether the content mentions the values."""
    texts = {text for _, pairs in every_pairs(campaign) for text in pairs.values()}
    templates = map(compile_template, texts)
    return any(isinstance(each, Template) and each.uses_constant() for each in templates)


def values(
    campaign: Campaign, user: User, history: History, *, now_ms: int, zone: str
) -> list[Value] | None:
    """Return the values of the first condition that has any, the newest first, at most 5.

    None: there are none. The campaign is without saved audiences; `history` holds the user's
    events at least of the names in its audience. `zone` is the account's.
    """
    for node in _plain(campaign.who):
        if isinstance(node, SameValue):
            found = constant_values(node, user, history, now_ms=now_ms, zone=zone)
            if found:
                return found
    return None


def _plain(node: Node) -> Iterator[Node]:
    """Yield the conditions that stand under no NOT, in the order in which they are written."""
    if isinstance(node, All | AnyOf):
        for inner in node.of:
            yield from _plain(inner)
    else:
        yield node
