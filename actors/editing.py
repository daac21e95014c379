"""Edits of a campaign that has had runs: what it says may change, whom and when it reaches not.

Its books, caps and limits go on over all of its runs, so they stay about the same thing. Between
two runs such an edit is a draft; while it runs it is an amendment (`actors.amending`).
"""

import sqlite3
from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct

from actors.mail import Refused
from domain import schedule
from domain.campaign import Campaign
from domain.problem import Problem
from domain.review import PUBLISHED, TABLE, Action, State
from store import campaigns
from store.campaigns import CampaignRow
from store.revisions import Revision

MAY_CHANGE = frozenset({"name", "labels", "what"})
MAY_AMEND = MAY_CHANGE - {"name"}  # people find what runs by its name
"""What may change between two runs, and while it runs."""


class Begun(Struct, frozen=True):
    """The revision by which a campaign has had runs, for an edit of it."""

    revision: Revision
    amends: bool = False  # it runs now

    @property
    def may_change(self) -> frozenset[str]:
        """What an edit may change."""
        return MAY_AMEND if self.amends else MAY_CHANGE


def begun(conn: sqlite3.Connection, row: CampaignRow | None) -> Begun | None:
    """Return what an edit starts from; None: the campaign had no run, or may not be edited."""
    if row is None or not row.started:
        return None
    assert row.published is not None, "what has started was published"
    runs_by = campaigns.revision_of(conn, row.id, row.published)
    if is_amended(row, runs_by.definition):
        return Begun(runs_by, amends=True)
    return Begun(runs_by) if Action.EDIT in TABLE[row.state] else None


def is_amended(row: CampaignRow, content: Campaign) -> bool:
    """Tell whether an edit would amend the campaign: it runs, and does not end with this run.

    `content` is what it runs by. Of an amendment that waits for an answer, an edit is another one.
    """
    goes_on = row.kind == "live" or schedule.comes_again(content.when)
    asked = row.amendment is not None and row.state in PUBLISHED
    return goes_on and (row.state is State.RUNNING or asked)


def fixed_problems(
    before: Campaign, after: Campaign, may_change: Collection[str] = MAY_CHANGE
) -> list[Problem]:
    """Return a problem for each part that an edit would change and may not."""
    had, may = "has had runs", "its name, its labels and what it says"
    if "name" not in may_change:
        had, may = "runs", "its labels and what it says"
    return [
        Problem(
            field.encode_name,
            f"The campaign {had}, so only {may} may change.",
            "Leave it as it was, or draft a new campaign with another name.",
        )
        for field in msgspec.structs.fields(Campaign)
        if field.name not in may_change and _of(before, field.name) != _of(after, field.name)
    ]


def not_saved(problems: list[Problem]) -> Refused:
    """Say that a definition is not kept, with all that is wrong with it."""
    return Refused(
        what=f"The definition has {len(problems)} problem{'s' if len(problems) > 1 else ''}.",
        fix="Correct what is listed and try again; nothing was saved.",
        problems=tuple(problems),
    )


def _of(campaign: Campaign, name: str) -> Any:
    return getattr(campaign, name)
