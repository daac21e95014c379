"""What the limits on one user say at this moment: whether the user has had enough, and until when.

It is the very question that an admission asks, so `why` never tells what the engine does not do.
"""

import sqlite3
from collections.abc import Iterator

from msgspec.structs import replace

from actors.rules import Rules
from actors.telling import moment
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.expiry import LATE_MS_MAX
from domain.facts import User
from domain.release import asks, release
from store import allowance
from store.allowance import Wanted

_ANOTHER = ""
"""No message's id: one more message is asked about."""


def enough(
    conn: sqlite3.Connection, campaign: str, definition: Campaign, user: User, rules: Rules
) -> Iterator[str]:
    """Say what limits on one user ask of a campaign, and what they would answer now."""
    house, limits = rules.bounds.house, definition.limits
    if not asks(definition, house):
        return
    wanted = Wanted(campaign, definition, user.user, _ANOTHER)
    had = allowance.had(conn, rules.bounds, wanted, now_ms=rules.now_ms, promised=True)
    if limits.per_user_max is not None:
        yield (
            f"Of this campaign the user got, or is to get, {had.ever:,} of at most"
            f" {limits.per_user_max:,} messages."
        )
    zone = rules.bounds.zone_of(user.zone)
    waits = replace(definition, limits=replace(limits, over_global="queue"), do_not_disturb=None)
    answer = release(
        waits,
        house,
        had,
        now_ms=rules.now_ms,
        zone=zone,
        latest_ms=rules.now_ms + 100 * LATE_MS_MAX,
    )
    if isinstance(answer, SkipReason):
        yield f"Nothing more may go to the user now: {answer.explain()}"
    elif answer.due_ms > rules.now_ms:
        at = moment(answer.due_ms, rules.zone)
        yield f"The limits on one user let the next message go at {at}, and none before."
    else:
        yield "The limits on one user would let a message go now."
