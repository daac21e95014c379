"""Which variant a user gets, and what stands in it.

Shares are a keyed hash of the campaign and the user: random, the same for ever and after every
restart, and independent of other campaigns and of control groups. A test takes turns, which only
the store can do, and what it found decides the rest.
"""

from collections.abc import Iterator, Mapping
from itertools import accumulate

from msgspec import Struct

from domain import chance
from domain.campaign import Campaign
from domain.conditions import predicate
from domain.facts import User
from domain.operators import condition
from domain.variants import UNDECIDED, AbTest, ByProperty, Split, contents


def assign(campaign_id: str, campaign: Campaign, user: User) -> str:
    """Return the name of the user's variant; `UNDECIDED`: there are none, or they take turns."""
    match campaign.variants:
        case None | AbTest():
            return UNDECIDED
        case Split(of=of):
            bucket = chance.percent_bucket(user.h, *coefficients(campaign_id))
            ends = accumulate(part.percent for part in of)
            return next(
                (part.name for part, end in zip(of, ends, strict=True) if bucket < end), of[-1].name
            )
        case ByProperty(property=name, of=of, otherwise=otherwise):
            held = user.traits.get(name)
            for case in of:
                if predicate(condition("in", case.values))(held):
                    return case.name
            return otherwise.name


def coefficients(campaign_id: str) -> tuple[int, int]:
    """Return the constants of the hash by which a campaign's users fall into shares."""
    return chance.coefficients(chance.salt(chance.Purpose.VARIANT, campaign_id))


def pairs(campaign: Campaign, variant: str) -> Mapping[str, str]:
    """Return the key-values of a variant, as templates: its own over those that all share."""
    shared = campaign.what.key_values
    own = next((c.key_values for c in contents(campaign.variants) if c.name == variant), {})
    return {**shared, **own} if own else shared


def every_pairs(campaign: Campaign) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each content that somebody may get, by the name of its variant."""
    for name in [each.name for each in contents(campaign.variants)] or [UNDECIDED]:
        yield name, pairs(campaign, name)


def mentions_somebody(campaign: Campaign) -> bool:
    """Whether a content is more than the blocks that every message has.

    What takes properties by name may name none that there is, and may be too large.
    """
    what = campaign.what
    chosen = (what.profile, what.event_properties, what.identify)
    if campaign.variants is not None or any(chosen):
        return True
    return any(values for _, values in every_pairs(campaign))


class Tally(Struct, frozen=True):
    """What became of one variant in a test: users who got it, and those who reached the goal."""

    sent: int = 0
    converted: int = 0


def winner(test: AbTest, tallies: Mapping[str, Tally]) -> str:
    """Return the variant with the highest share of users who reached the goal; a tie: the first.

    Shares are compared as fractions, so no rounding decides.
    """
    best = test.of[0].name
    for other in test.of[1:]:
        ours, theirs = tallies.get(best, Tally()), tallies.get(other.name, Tally())
        if theirs.converted * max(ours.sent, 1) > ours.converted * max(theirs.sent, 1):
            best = other.name
    return best
