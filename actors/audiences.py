"""Saved audiences: kept, listed, shown, counted and exported; and the reach of a definition.

The desk hands these on.
"""

import sqlite3
from functools import partial

from msgspec import structs

from actors import checking, exporting
from actors.context import Context, Estimator
from actors.mail import Answer, Done, Estimate, Refused
from actors.mail_audience import (
    AudienceLine,
    AudienceRequest,
    Audiences,
    AudienceShown,
    ExportAudience,
    ListAudiences,
    ListLine,
    Reach,
    ReachAudience,
    ReachCampaign,
    Reached,
    SaveAudience,
    ShowAudience,
)
from actors.mail_copy import RebuildCopy, ShowCopy
from actors.rules import Rules, find, person
from domain.audience import Node
from domain.campaign import Campaign
from domain.phrases import counted
from domain.problem import Problem
from domain.rules_inside import inside_problems
from domain.rules_who import node_problems
from domain.saved import saved_names
from domain.words import near
from store import campaigns, memberships, revisions, saved_audiences, saving
from store.copy_errors import CopyWaitsError
from store.names import BadName

LIVE = Refused(
    what="The reach of a live campaign cannot be counted up front.",
    fix="Users qualify as their events come in; its books show how many did.",
)


def uncounted(error: CopyWaitsError) -> Refused:
    """Say that nothing can be counted at the moment, and why."""
    return Refused(what=f"It cannot be counted now: {error}.", fix="Try it again later.")


class Counting:
    """Answers what is asked about audiences."""

    def __init__(self, context: Context, estimator: Estimator) -> None:
        self._context = context
        self._estimator = estimator

    async def answer(self, asked: AudienceRequest, rules: Rules) -> Answer:
        """Answer one request."""
        try:
            match asked:
                case Reach(definition=campaign):
                    return await self._reach(campaign, rules)
                case ReachCampaign(name=name):
                    return await self._reach_campaign(name)
                case SaveAudience():
                    return await self._save(asked, rules)
                case ListAudiences():
                    return await self._context.store.read(_listed)
                case ShowAudience():
                    return await self._context.store.read(partial(_shown, asked=asked))
                case ReachAudience(name=name):
                    return await self._reach_saved(name)
                case ExportAudience():
                    return await self._export(asked, rules)
                case ShowCopy() | RebuildCopy():
                    return await self._estimator.answer(asked)
        except CopyWaitsError as error:
            return uncounted(error)

    async def _save(self, request: SaveAudience, rules: Rules) -> Answer:
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        named = structs.replace(request, by=who)
        return await self._context.store.write(lambda conn: _save(conn, named, rules))

    async def estimate(self, whole: Campaign, campaign: str) -> Estimate:
        """Count whom a content reaches now; `campaign` is the id of its campaign, "": none yet.

        `whole`: see `revisions.Revision`. Raises CopyWaitsError.
        """
        now = self._context.clock.now_ms()
        return await self._estimator.estimate(whole, campaign_id=campaign, now_ms=now)

    async def noted(self, whole: Campaign, campaign: str = "") -> Estimate:
        """Count it, and say what about the data may surprise. Raises CopyWaitsError."""
        estimate = await self.estimate(whole, campaign)
        notes = await self._estimator.notes(whole.who)
        return structs.replace(estimate, notes=(*estimate.notes, *notes))

    async def goal_notes(self, whole: Campaign) -> tuple[str, ...]:
        """Say what of the events that a goal waits for it cannot read; nothing while none can."""
        if whole.goal is None:
            return ()
        try:
            notes = await self._estimator.notes_of_goal(whole.goal)
        except CopyWaitsError:  # a caution is no reason to keep anybody waiting
            return ()
        return tuple(f"Of its goal: {note}." for note in notes)

    async def _reach(self, campaign: Campaign, rules: Rules) -> Answer:
        if campaign.kind == "live":
            return LIVE

        def whole(conn: sqlite3.Connection) -> Campaign | Refused:
            wrong = checking.problems(conn, campaign, rules)
            return _refused(wrong) if wrong else revisions.whole(conn, campaign)

        found = await self._context.store.read(whole)
        if isinstance(found, Refused):
            return found
        return await self._counted(found)

    async def _reach_campaign(self, name: str) -> Answer:
        def latest(conn: sqlite3.Connection) -> tuple[str, Campaign] | Refused:
            row = find(conn, name)
            if isinstance(row, Refused):
                return row
            whole = campaigns.revision_of(conn, row.id, row.revision).whole
            return LIVE if whole.kind == "live" else (row.id, whole)

        found = await self._context.store.read(latest)
        if isinstance(found, Refused):
            return found
        campaign_id, whole = found
        return structs.replace(await self._counted(whole, campaign_id), of=whole.name)

    async def _counted(self, campaign: Campaign, campaign_id: str = "") -> Reached:
        return Reached(await self.noted(campaign, campaign_id))

    async def _reach_saved(self, name: str) -> Answer:
        found = await self._context.store.read(lambda conn: _tree(conn, name))
        if isinstance(found, Refused):
            return found
        counted = await self._counted(Campaign(name=name, kind="past_behaviour", who=found))
        return structs.replace(counted, of=name)

    async def _export(self, asked: ExportAudience, rules: Rules) -> Answer:
        by = person(asked.by)
        if isinstance(by, Refused):
            return by
        tree = await self._context.store.read(lambda conn: _tree(conn, asked.name))
        if isinstance(tree, Refused):
            return tree
        return await exporting.export(self._context, asked, tree, by=by, rules=rules)


def _tree(conn: sqlite3.Connection, name: str) -> Node | Refused:
    """Return a saved audience without the names of others, as they are now."""
    found = saved_audiences.find(conn, name)
    if found is None:
        return _unknown(conn, name)
    trees = checking.trees(conn, saved_names(found.who))
    lists = memberships.names(conn)
    if wrong := list(inside_problems(found.who, "who", trees, lists, itself=found.name)):
        return _refused(wrong)
    named = Campaign(name=found.name, kind="past_behaviour", who=found.who)
    return revisions.whole(conn, named).who


def _save(conn: sqlite3.Connection, request: SaveAudience, rules: Rules) -> Answer:
    found = saved_audiences.find(conn, request.name)
    name = found.name if found else request.name.strip()
    known = checking.known(conn, rules, saved_names(request.who), itself=name)
    if wrong := list(node_problems(request.who, "who", known)):
        return _refused(wrong)
    kept = saving.save(conn, name, request.who, by=request.by, now_ms=rules.now_ms)
    if isinstance(kept, BadName):
        return Refused(what=kept.what, fix=kept.fix)
    saved = kept.audience
    if not kept.new:
        return Done(message=f"“{saved.name}” is unchanged: version {saved.version} says the same.")
    said = f"Saved “{saved.name}”, version {saved.version}."
    if saved.version > 1 and (used := _users_of(conn, saved.name)):
        named = ", ".join(f"“{each}”" for each in used)
        said += f" Campaigns keep what it was until they are edited: {named}."
    return Done(message=said)


def _listed(conn: sqlite3.Connection) -> Audiences:
    return Audiences(
        audiences=tuple(
            AudienceLine(each.name, each.version, each.made_by, each.made_ms)
            for each in saved_audiences.everyone(conn)
        ),
        lists=tuple(
            ListLine(
                name=row.name,
                version=row.version,
                members=row.members,
                unknown=row.unknown,
                duplicates=row.duplicates,
                made_by=row.made_by,
                published_ms=row.published_ms,
            )
            for row in memberships.everyone(conn)
        ),
    )


def _shown(conn: sqlite3.Connection, asked: ShowAudience) -> Answer:
    latest = saved_audiences.find(conn, asked.name)
    if latest is None:
        return _unknown(conn, asked.name)
    found = latest
    if asked.version:
        of_version = saved_audiences.version_of(conn, asked.name, asked.version)
        if of_version is None:
            return Refused(
                what=f"“{latest.name}” has no version {asked.version}.",
                fix=f"Its latest is {latest.version}.",
            )
        found = of_version
    return AudienceShown(
        name=found.name,
        version=found.version,
        latest=latest.version,
        who=found.who,
        made_by=found.made_by,
        made_ms=found.made_ms,
        used_by=_users_of(conn, found.name),
    )


def _users_of(conn: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """Return the campaigns whose present content needs the audience."""
    return tuple(
        row.name
        for row in campaigns.everyone(conn)
        if name in campaigns.revision_of(conn, row.id, row.revision).saved
    )


def _unknown(conn: sqlite3.Connection, name: str) -> Refused:
    meant = near(name, saved_audiences.names(conn))
    lists = "All names: `/campaign audience list`; at a terminal `clarion audience list`."
    if (row := memberships.find(conn, name)) is not None:
        members = counted(row.members, "member")
        return Refused(
            what=f"“{row.name}” is a custom list with {members} (version {row.version}), and no"
            " saved audience.",
            fix="Its members are those of its file; import another under its name to replace it.",
        )
    return Refused(
        what=f"There is no saved audience named “{name}”.", fix=f"{meant} {lists}".strip()
    )


def _refused(problems: list[Problem]) -> Refused:
    return Refused(
        what=f"The audience has {len(problems)} problem{'s' if len(problems) > 1 else ''}.",
        fix="Correct what is listed and try again; nothing was saved.",
        problems=tuple(problems),
    )
