"""`report NAME`: what came of a campaign, from counters, as they stand at this moment."""

import sqlite3
from collections.abc import Mapping

import msgspec

from actors.mail import Refused
from actors.mail_report import ArmView, Report, ShowReport, Skipped, VariantCame
from actors.rules import Rules, find
from actors.telling import explain
from actors.views import campaign_view
from domain.spans import spans
from domain.variants import names
from store import campaigns, delivered, goals, outcomes, variants
from store.campaigns import CampaignRow
from store.exposures import Arm
from store.outcomes import Outcome

_NOTHING = [0, 0, 0]


def report(conn: sqlite3.Connection, request: ShowReport, rules: Rules) -> Report | Refused:
    """Read the report of a campaign, in one snapshot: its books balance like every other's."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    view = campaign_view(conn, row)
    goal = goals.of_campaign(conn, row.id)
    came = outcomes.of_campaign(conn, row.id) if goal else {}
    return Report(
        id=row.id,
        name=row.name,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        zone=rules.zone,
        at_ms=rules.now_ms,
        books=view.books,
        started_ms=row.published_ms,
        runs=view.runs,
        skipped=tuple(
            Skipped(reason, n, explain(reason))
            for reason, n in sorted(view.books.skipped.items(), key=lambda one: -one[1])
        ),
        delivered=spans(
            ((one.from_ms, one.n) for one in delivered.of_campaign(conn, row.id)), rules.zone
        ),
        variants=_variants(conn, row, [run.run for run in view.runs], came),
        blanks=view.blanks,
        goal=goal,
        target=_whole(conn, row.id, "target", came) if goal else None,
        control=_whole(conn, row.id, "control", came) if goal else None,
    )


def _whole(
    conn: sqlite3.Connection, campaign: str, arm: Arm, came: Mapping[tuple[Arm, str], Outcome]
) -> ArmView:
    """Return what came of a whole arm, and how what its users bring spreads."""
    outcome = came.get((arm, ""), Outcome())
    spread = outcomes.spread_of(conn, campaign, arm, outcome)
    return msgspec.structs.replace(_arm(outcome), payers=spread.payers, deviation=spread.deviation)


def _arm(outcome: Outcome | None) -> ArmView:
    if outcome is None:
        return ArmView()
    return ArmView(outcome.users, outcome.converted, outcome.conversions, outcome.revenue)


def _variants(
    conn: sqlite3.Connection,
    row: CampaignRow,
    runs: list[str],
    came: Mapping[tuple[Arm, str], Outcome],
) -> tuple[VariantCame, ...]:
    """Return the variants in the order of the definition, all runs together."""
    sums: dict[str, list[int]] = {}
    won: set[str] = set()
    for run in runs:
        for one in variants.of_run(conn, row.id, run):
            held = sums.setdefault(one.variant, [0, 0, 0])
            for i, n in enumerate((one.sent, one.skipped, one.pending)):
                held[i] += n
        test = variants.find_test(conn, row.id, run)
        if test is not None:
            won.add(test.won)
    definition = campaigns.revision_of(conn, row.id, row.published or row.revision).definition
    known = names(definition.variants)
    return tuple(
        VariantCame(
            name=name,
            sent=sums.get(name, _NOTHING)[0],
            skipped=sums.get(name, _NOTHING)[1],
            pending=sums.get(name, _NOTHING)[2],
            outcome=_arm(came.get(("target", name))),
            won=name in won,
        )
        for name in (*known, *sorted(sums.keys() - set(known)))
    )
