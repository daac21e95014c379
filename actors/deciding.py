"""Deciding about what is set aside: sent again, considered anew, or dropped for good.

A message goes again under its own id or never. Every decision stands in the audit with who made it.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from actors.deadletters import Target, campaign_id, poison_id, target
from actors.mail import Refused
from actors.mail_trust import DropAside, RetryAside
from actors.rules import Rules, at
from domain.review import State
from store import acts, campaigns, poison, trail, unsettled
from store.poison import Poison
from store.unsettled import CannotGo, NotUnsettled

DECIDED_MAX = 1_000
"""So many are decided about in one transaction, which a pause may have to wait for; the answer
says when there are more."""
NAMED_MAX = 20
WHAT_WAITS = "`/campaign aside` shows what waits; at a terminal `clarion dead list`."


class Changed(Struct, frozen=True):
    """It is decided: the sentence for who asked, and whose actors must look again."""

    message: str
    campaigns: frozenset[str] = frozenset()


_No: TypeAlias = Refused | None


def decide(
    conn: sqlite3.Connection, request: RetryAside | DropAside, rules: Rules
) -> Changed | Refused:
    """Send messages again and consider events anew, or close both for good.

    What Segment may have already goes again only if the request says so.
    """
    targets = _targets(conn, request)
    if isinstance(targets, Refused):
        return targets
    if isinstance(request, RetryAside) and not request.yes:
        ids = [each.message_id for each in targets if each.message_id]
        unsure = sum(trail.message(conn, each).state == "unknown" for each in ids)
        if unsure:
            return _may_have_arrived(unsure)
    return _decide_all(conn, request, targets, rules)


def _may_have_arrived(n: int) -> Refused:
    these, them = ("this message", "it") if n == 1 else (f"{n:,} of these messages", "them")
    return Refused(
        what=f"Nobody knows whether {these} arrived: Segment may have {them} already.",
        fix=(
            "It would go again under the same id. Segment drops an id that it saw within about a"
            " day, but not for certain. Add `--yes` if you want that."
        ),
    )


def _decide_all(
    conn: sqlite3.Connection,
    request: RetryAside | DropAside,
    targets: Sequence[Target],
    rules: Rules,
) -> Changed | Refused:
    """Decide about each; what cannot be is told, and keeps none of the others back."""
    done: Counter[str] = Counter()
    touched: dict[str, list[str]] = {}
    refusals: list[Refused] = []
    for each in targets:
        if each.poison is not None:
            kind, campaign, name = "event", each.poison.campaign, poison_id(each.poison)
            no = _decide_event(conn, request, each.poison)
        else:
            kind, name = "message", each.message_id
            campaign = trail.message(conn, name).campaign
            no = _decide_message(conn, request, name, rules)
        if no is not None:
            refusals.append(no)
            continue
        done[kind] += 1
        touched.setdefault(campaign, []).append(name)
    if not done:
        return refusals[0]
    again = isinstance(request, RetryAside)
    for campaign, names in touched.items():
        more = f" and {len(names) - NAMED_MAX:,} more" if len(names) > NAMED_MAX else ""
        acts.record(
            conn,
            who=request.by,
            action="retry_aside" if again else "drop_aside",
            campaign=campaign,
            detail=f"{', '.join(names[:NAMED_MAX])}{more}",
            key=rules.key,
            now_ms=rules.now_ms,
        )
    return Changed(_said(done, refusals, again=again, full=len(targets)), frozenset(touched))


def _said(done: Counter[str], refusals: Sequence[Refused], *, again: bool, full: int) -> str:
    told = []
    if n := done["message"]:
        goes = "goes again under its own id" if n == 1 else "go again under their own ids"
        told.append(f"{_count(n, 'message')} {goes if again else _dropped(n)}.")
    if n := done["event"]:
        is_ = "is" if n == 1 else "are"
        told.append(f"{_count(n, 'event')} {f'{is_} considered anew' if again else _dropped(n)}.")
    if refusals:
        told.append(f"{len(refusals):,} cannot be: {refusals[0].what} {refusals[0].fix}")
    if full == DECIDED_MAX:
        told.append("There may be more: do the same again.")
    return " ".join(told)


def _dropped(n: int) -> str:
    return f"{'is' if n == 1 else 'are'} dropped for good"


def _decide_message(
    conn: sqlite3.Connection, request: RetryAside | DropAside, message_id: str, rules: Rules
) -> _No:
    decide = unsettled.retry if isinstance(request, RetryAside) else unsettled.drop
    answer = decide(conn, message_id, by=request.by, now_ms=rules.now_ms)
    match answer:
        case NotUnsettled(state=state, closed_by=by):
            who = f"; {at(by)} has decided" if by else ""
            return Refused(
                what=f"Message {message_id} is {state}, and waits for nobody{who}.",
                fix=WHAT_WAITS,
            )
        case CannotGo(campaign_name=name, state=state):
            return Refused(
                what=(
                    f"“{name}” is {state.replace('_', ' ')}, or runs with other content now, so its"
                    " old messages cannot go any more."
                ),
                fix="Drop them, and draft a new campaign to send again.",
            )
        case _:
            return None


def _decide_event(conn: sqlite3.Connection, request: RetryAside | DropAside, one: Poison) -> _No:
    again = isinstance(request, RetryAside)
    row = campaigns.find(conn, one.campaign)
    if again and row is not None and row.state is not State.RUNNING:
        paused = row.state is State.PAUSED
        fix = "Resume it first." if paused else "Drop the event."
        return Refused(
            what=f"“{row.name}” is {row.state.replace('_', ' ')}, so it considers no event.",
            fix=fix,
        )
    if poison.decide(conn, one, "again" if again else "dropped", by=request.by):
        return None
    by = f": {at(one.decided_by)} has decided" if one.decided_by else ""
    return Refused(
        what=f"Event {poison_id(one)} waits for nobody{by}.",
        fix=WHAT_WAITS,
    )


def _targets(conn: sqlite3.Connection, request: RetryAside | DropAside) -> list[Target] | Refused:
    """Return what is meant: the ids, or everything of a campaign; one wrong id refuses all."""
    if not request.ids:
        campaign = campaign_id(conn, request.campaign)
        if isinstance(campaign, Refused):
            return campaign
        if not campaign:
            fix = "Name ids, or a campaign with `--campaign NAME --all`."
            return Refused("Nothing was named.", fix)
        waiting = unsettled.listed(conn, limit=DECIDED_MAX, campaign=campaign)
        events = poison.open_ones(conn, campaign, limit=DECIDED_MAX - len(waiting))
        every = [Target(message_id=one.message.message_id) for one in waiting]
        every += [Target(poison=one) for one in events]
        return every or Refused(
            f"Nothing of “{request.campaign}” waits for a person.",
            WHAT_WAITS,
        )
    found = [target(conn, each) for each in dict.fromkeys(request.ids)]
    wrong = next((each for each in found if isinstance(each, Refused)), None)
    return wrong or [each for each in found if isinstance(each, Target)]


def _count(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
