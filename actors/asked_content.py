"""Which content a preview or a test is about: a campaign's, or one that nobody has kept yet."""

import sqlite3

from actors import checking
from actors.mail import Refused
from actors.rules import Rules, find
from domain.campaign import Campaign
from store import campaigns, revisions


def kept(conn: sqlite3.Connection, name: str) -> tuple[str, Campaign] | Refused:
    """Return a campaign's id and its content as it stands now."""
    row = find(conn, name)
    if isinstance(row, Refused):
        return row
    return row.id, campaigns.revision_of(conn, row.id, row.revision).whole


def unkept(
    conn: sqlite3.Connection, campaign: str, definition: Campaign, rules: Rules
) -> tuple[str, Campaign] | Refused:
    """Return a content that nobody has kept: an edit of the campaign of this id, or of none ("").

    The id decides which variant a user gets.
    """
    if wrong := checking.problems(conn, definition, rules):
        return Refused(
            what="There is something to put right first.",
            fix="Then the message can be shown.",
            problems=tuple(wrong),
        )
    return campaign, revisions.whole(conn, definition)
