"""When a user is due in a run that goes by the wall where each user is, in a sentence."""

from actors.in_waves import begins_ms
from actors.telling import wall
from domain import schedule
from domain.books import SkipReason
from domain.facts import User
from domain.personal import UserZone, due_ms, zone_of
from store.campaigns import CampaignRow
from store.runs import Run


def told(run: Run, own: UserZone, row: CampaignRow, user: User, zone: str) -> str:
    """Say when it is the user's turn, or why it never is. `zone` is the account's now.

    It is asked of a user whom the run has given nothing yet.
    """
    account_zone = row.zone_in(zone)
    due = due_ms(
        own,
        schedule.wall_of(run.run),
        user,
        begins_ms=begins_ms(row, run),
        account_zone=account_zone,
    )
    if due is SkipReason.ZONE_UNKNOWN:
        return f"In run {run.run} the user gets nothing: {due.explain()}"
    theirs = zone_of(own, user, account_zone) or account_zone
    if isinstance(due, SkipReason) or due <= run.wave_ms:
        return (
            f"In run {run.run} the user's time ({theirs}) has passed: who came into the zone or"
            " the audience since gets nothing of it, and the books say so when it ends."
        )
    return f"In run {run.run} it is the user's turn at {wall(due, theirs)}."
