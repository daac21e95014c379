"""The estimated reach of a campaign, step by step, in the order in which a run would decide.

Each step takes its users from what the step before it left; a limit of messages a user, once it
is counted here, stands between the unreachable and the cap.
"""

from collections.abc import Iterator

from actors.mail_audience import Estimate
from domain.campaign import Campaign
from domain.nevers import never_lines
from store.audience import Reach


def estimate(campaign: Campaign, reach: Reach, *, is_kept: bool, took_ms: int) -> Estimate:
    """Return the steps. `is_kept`: the campaign has an id, by which its own control group falls."""
    limits = campaign.limits
    caps = [n for n in (limits.cap_total, limits.cap_per_run) if n is not None]
    expected = min([reach.reachable, *caps])
    return Estimate(
        qualified=reach.qualified,
        control=sum(reach.control.values()),
        control_of={group: n for group, n in reach.control.items() if n},
        unreachable=reach.unreachable,
        capped=reach.reachable - expected,
        expected=expected,
        took_ms=took_ms,
        notes=tuple(_notes(campaign, reach, is_kept=is_kept)),
    )


def _notes(campaign: Campaign, reach: Reach, *, is_kept: bool) -> Iterator[str]:
    """Yield what the steps do not show, each without its full stop."""
    limits = campaign.limits
    if limits.safety_limit is not None and reach.qualified > limits.safety_limit:
        yield (
            f"A run now would be held by the safety check: {reach.qualified:,} qualify, control"
            f" included, and the limit is {limits.safety_limit:,}. Nobody would get a message until"
            " somebody decides"
        )
    if limits.control_percent and not is_kept:
        yield (
            f"Who is in the campaign's own control group ({limits.control_percent} %) is drawn anew"
            " for each campaign, so the steps of a campaign made of this differ a little"
        )
    yield from never_lines(campaign.who)
