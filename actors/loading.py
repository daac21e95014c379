"""The messages that are due, with all that their preparation asks for, on one snapshot."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from actors.isolation import Broken
from actors.page import Known, know, sort_out
from actors.robots import EVENTS_MAX
from domain import matching
from domain.campaign import Campaign
from domain.constant import is_asked
from domain.facts import Event, User
from domain.fuse import Fuse
from domain.release import Had, asks
from domain.saved import list_names
from store import allowance, campaigns, fuses, identities, log, memberships, waiting
from store.admission import LIVE
from store.allowance import UNBOUND, Bounds, Wanted
from store.campaigns import CampaignRow
from store.outbox import Row

HELD_MS_MIN = 60_000
"""A message that waited longer than this is asked for the filter again."""


class Batch(Struct, frozen=True):
    """Rows of one campaign and all that their content may mention.

    `unreadable` are the events that are in the log and cannot be read, by their place.
    """

    campaign: CampaignRow
    definitions: dict[int, Campaign]
    rows: Sequence[Row]
    known: Known
    events: dict[int, Event]
    unreadable: dict[int, Broken]
    lists: dict[str, dict[str, User]]  # by run: the users with the lists that it asks about
    object_ids: dict[str, str] = {}  # by user, where content includes it: the latest device's id
    bounds: Bounds = UNBOUND
    had: dict[str, Had] = {}  # by message, where limits ask for it: what its user had otherwise
    fuse: Fuse = Fuse()  # as it was kept, for whoever has just started


def load(
    conn: sqlite3.Connection,
    campaign: str,
    *,
    lanes: tuple[int, int],
    now_ms: int,
    limit: int,
    reserved: int,
    again_limit: int,
    bounds: Bounds = UNBOUND,
) -> Batch | None:
    """Read up to `limit` messages that are due of a campaign, with their users and events.

    A user or an event that cannot be read is told apart, and keeps nobody from the others.

    `lanes` are that of first tries and that of what was tried before. Of the latter come at most
    `again_limit`, and first tries leave them `reserved` places: neither starves the other.
    """
    row = campaigns.find(conn, campaign)
    first = waiting.due(conn, campaign, lane=lanes[0], now_ms=now_ms, limit=limit)
    left = min(max(limit - len(first), reserved), again_limit)
    again = waiting.due(conn, campaign, lane=lanes[1], now_ms=now_ms, limit=left)
    rows = first[: limit - len(again)] + again
    if row is None or not rows:
        return None
    definitions = {
        number: campaigns.revision_of(conn, campaign, number).whole
        for number in {r.revision for r in rows}
    }
    needs = frozenset[str]().union(*(matching.event_names(d.who) for d in definitions.values()))
    known = _know(conn, rows, needs, {n for n, each in definitions.items() if is_asked(each)})
    events, unreadable = sort_out(
        log.events_at(conn, [r.event_seq for r in rows if r.event_seq is not None])
    )
    return Batch(
        campaign=row,
        definitions=definitions,
        rows=rows,
        known=known,
        events={event.seq: event for event in events},
        unreadable={one.seq: Broken(one.error) for one in unreadable},
        lists=_in_lists(conn, campaign, rows, definitions, known.users),
        object_ids=identities.devices(conn, set(known.users))
        if any(each.what.object_id for each in definitions.values())
        else {},
        bounds=bounds,
        had=_had(conn, bounds, rows, definitions, now_ms=now_ms),
        fuse=fuses.recall(conn, row),
    )


def _had(
    conn: sqlite3.Connection,
    bounds: Bounds,
    rows: Sequence[Row],
    definitions: Mapping[int, Campaign],
    *,
    now_ms: int,
) -> dict[str, Had]:
    """Return what the users got, of the messages for which there is a limit on that."""
    wanted = [
        Wanted(row.campaign, definitions[row.revision], row.user, row.message_id)
        for row in rows
        if asks(definitions[row.revision], bounds.house)
    ]
    return {
        each.message_id: allowance.had(conn, bounds, each, now_ms=now_ms, promised=False)
        for each in wanted
    }


def _know(
    conn: sqlite3.Connection, rows: Sequence[Row], needs: Collection[str], constant: Collection[int]
) -> Known:
    """Read the users; of those who are asked for the filter again, also what they did.

    So too of those whose content mentions what they did: that of the revisions in `constant`.
    """
    held = {row.user for row in rows if was_held(row) or row.revision in constant}
    asked = know(conn, held, needs, upto=log.last_seq(conn), most=EVENTS_MAX)
    rest = know(conn, {row.user for row in rows} - held, (), upto=0)
    return Known(asked.users | rest.users, asked.history, asked.broken | rest.broken, asked.robots)


def _in_lists(
    conn: sqlite3.Connection,
    campaign: str,
    rows: Sequence[Row],
    definitions: Mapping[int, Campaign],
    known: Mapping[str, User],
) -> dict[str, dict[str, User]]:
    """Return the users of held messages with their lists; a run asks the versions that it keeps."""
    found: dict[str, dict[str, User]] = {}
    for run, revision in {(r.run, r.revision) for r in rows if was_held(r)}:
        names = list_names(definitions[revision].who)
        if not names:
            continue
        versions = (
            memberships.required(conn, names)
            if run == LIVE
            else memberships.of_run(conn, campaign, run, names)
        )
        held = {r.user: known[r.user] for r in rows if r.run == run and r.user in known}
        found[run] = memberships.with_lists(conn, held, versions)
    return found


def was_held(row: Row) -> bool:
    """Whether a message waited so long before its first try that its user may have changed."""
    return row.attempts == 0 and row.due_ms - row.admitted_ms >= HELD_MS_MIN
