"""Chance in words: which draw or share left a user out, by which seed, so that anyone can check it.

A seed is the salt of a keyed hash: with the user's stored hash it gives the same answer for ever.
"""

from domain import chance
from domain.assignment import coefficients
from domain.campaign import Campaign
from domain.chance import BUCKETS, PRIME, Purpose, percent_bucket, salt
from domain.control import Controls, shares
from domain.facts import User
from domain.variants import ByProperty, Split
from domain.verdict import draw_coefficients, portion_coefficients


def tell_draw(campaign_id: str, run: str, user: User) -> str:
    """Say where the user stood in the random order of a run's draw."""
    place = 100 * chance.draw_order(user.h, *draw_coefficients(campaign_id, run)) / PRIME
    seed = salt(Purpose.DRAW, campaign_id, run)
    return f"in the random order of the draw the user stood at {place:.2f} % (seed {seed})"


def tell_group(campaign_id: str, campaign: Campaign, user: User, controls: Controls) -> str:
    """Say by which bucket the user is in a control group; empty: in none, as things are now."""
    for share in shares(campaign_id, campaign, controls):
        bucket = percent_bucket(user.h, share.a, share.b)
        if bucket < share.percent:
            named = f" “{share.name}”" if share.name else ""
            return (
                f"the user is in bucket {bucket} of {BUCKETS}, and those below {share.percent} are"
                f" the {share.group} control group{named} (seed {share.seed})"
            )
    return ""


def tell_portion(campaign_id: str, campaign: Campaign, user: User) -> str:
    """Say by which bucket the user is not in the portion that a campaign addresses."""
    bucket = percent_bucket(user.h, *portion_coefficients(campaign_id))
    portion = campaign.limits.portion_percent
    seed = salt(Purpose.PORTION, campaign_id)
    return f"bucket {bucket} of {BUCKETS}, and those below {portion} are addressed (seed {seed})"


def tell_variant(campaign_id: str, campaign: Campaign, user: User) -> str:
    """Say by which bucket a split gave the user a variant, or by which property; empty: neither."""
    if isinstance(campaign.variants, ByProperty):
        return f"by “{campaign.variants.property}”, as the profile was then"
    if not isinstance(campaign.variants, Split):
        return ""
    bucket = percent_bucket(user.h, *coefficients(campaign_id))
    shared = ", ".join(f"“{part.name}” {part.percent}" for part in campaign.variants.of)
    seed = salt(Purpose.VARIANT, campaign_id)
    return f"bucket {bucket} of {BUCKETS} (shares in their order: {shared}; seed {seed})"
