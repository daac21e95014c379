"""When a message is too late to be sent: so long after it fell due, as its campaign says.

A law bounds them all: nothing is sent later than 72 hours after it first fell due, which is at the
end of do-not-disturb for what is decided in it. Retries move nothing; do-not-disturb later on lets
a message fall due anew, but not beyond that bound.
"""

from domain.campaign import Campaign

MINUTE_MS = 60_000
EXPIRES_MINUTES_MAX = 72 * 60
LATE_MS_MAX = EXPIRES_MINUTES_MAX * MINUTE_MS
LIVE_EXPIRES_MINUTES = 60
"""A trigger's answer is stale after an hour, unless the campaign says otherwise."""


def expires_minutes(campaign: Campaign) -> int:
    """Return for how long after it fell due a message of the campaign may still be sent."""
    chosen = campaign.delivery.expires_minutes
    if chosen is not None:
        return chosen
    return LIVE_EXPIRES_MINUTES if campaign.kind == "live" else EXPIRES_MINUTES_MAX


def expires_ms(campaign: Campaign, *, due_ms: int, fell_due_ms: int) -> int:
    """Return until when a message may be sent that is due at `due_ms`, and first was earlier."""
    latest = fell_due_ms + LATE_MS_MAX
    return min(due_ms + expires_minutes(campaign) * MINUTE_MS, latest)
