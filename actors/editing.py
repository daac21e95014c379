"""Edits of a campaign that has had runs: what it says may change, whom and when it reaches not.

Its books, caps and limits go on over all of its runs, so they stay about the same thing.
"""

import sqlite3
from typing import Any

import msgspec

from domain.campaign import Campaign
from domain.problem import Problem
from domain.review import TABLE, Action
from store import campaigns
from store.campaigns import CampaignRow
from store.revisions import Revision

MAY_CHANGE = frozenset({"name", "labels", "what"})


def begun(conn: sqlite3.Connection, row: CampaignRow | None) -> Revision | None:
    """Return by which revision a campaign that may be edited has had runs; None: it had none."""
    if row is None or not row.started or Action.EDIT not in TABLE[row.state]:
        return None
    assert row.published is not None, "what has started was published"
    return campaigns.revision_of(conn, row.id, row.published)


def fixed_problems(before: Campaign, after: Campaign) -> list[Problem]:
    """Return a problem for each part that an edit would change and may not."""
    return [
        Problem(
            field.encode_name,
            "The campaign has had runs, so only its name, its labels and what it says may change.",
            "Leave it as it was, or draft a new campaign with another name.",
        )
        for field in msgspec.structs.fields(Campaign)
        if field.name not in MAY_CHANGE and _of(before, field.name) != _of(after, field.name)
    ]


def _of(campaign: Campaign, name: str) -> Any:
    return getattr(campaign, name)
