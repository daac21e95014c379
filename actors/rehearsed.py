"""What came of a rehearsal that a review asked for: on the card, and whole."""

import sqlite3

import msgspec

from actors.mail import Refused
from actors.mail_rehearsal import Rehearsed, ShowRehearsal
from actors.mail_views import RehearsalView
from actors.rules import Rules, find
from domain.review import State
from store import rehearsals
from store.campaigns import CampaignRow

_answers: msgspec.json.Decoder[Rehearsed | Refused] = msgspec.json.Decoder(Rehearsed | Refused)
_ASKED = frozenset({State.IN_REVIEW, State.APPROVED})
NONE_YET = Refused(
    what="There is no rehearsal of it yet.", fix="Rehearse it, or wait for the one of its review."
)


def shown(conn: sqlite3.Connection, request: ShowRehearsal, _: Rules) -> Rehearsed | Refused:
    """Return what came of the rehearsal of a campaign's latest revision, without examples."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    kept = rehearsals.of_campaign(conn, row.id, row.revision)
    return NONE_YET if kept is None or kept.answer is None else _answers.decode(kept.answer)


def view(conn: sqlite3.Connection, row: CampaignRow) -> RehearsalView | None:
    """Return how the rehearsal stands of what somebody has to decide about."""
    if row.state not in _ASKED:
        return None
    kept = rehearsals.of_campaign(conn, row.id, row.revision)
    if kept is None:
        return None
    if kept.answer is None:
        return RehearsalView("waits")
    answer = _answers.decode(kept.answer)
    if isinstance(answer, Refused):
        return RehearsalView("refused", said=f"{answer.what} {answer.fix}")
    return RehearsalView(
        "done",
        from_ms=answer.from_ms,
        until_ms=answer.until_ms,
        messages=answer.books.sent,
        users=answer.users,
        held_runs=len(answer.blocked),
        paused=answer.paused_ms is not None,
        busiest=answer.busiest.n if answer.busiest else 0,
        hour_max=answer.hour_max,
        fullest=answer.fullest.n + answer.fullest_others if answer.fullest else 0,
        shared_max=answer.shared_max,
    )
