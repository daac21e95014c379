"""Everything that is wrong with a definition as text, here and now, each with its line.

A door can tell by itself what breaks the rules; only here is known which names there are, and which
campaign an edit would change. So that one answer tells it all, all of it is judged here.
"""

import sqlite3
from collections.abc import Callable
from functools import partial

from actors import checking, editing
from actors.context import Context
from actors.mail import Done, Refused
from actors.mail_text import CheckAudienceText, CheckText
from actors.rules import Rules
from domain import definition, toml_source
from domain.audience_source import audience_problems
from domain.campaign import Campaign
from domain.decoding import decode
from domain.problem import Problem
from domain.toml_source import Loaded
from store import campaigns, saved_audiences

PROBLEMS_MAX = 1_000
"""So many are told at once."""


async def check(
    context: Context, asked: CheckText | CheckAudienceText, rules: Rules
) -> Done | Refused:
    """Answer with all problems of a text, in the order of its lines.

    A text may be long: it is read and judged in a worker thread, with what the store knows.
    """
    loaded = await context.hold.in_thread(partial(toml_source.load, asked.text))
    if not isinstance(loaded, Loaded):
        return _answer(asked, loaded)
    what = partial(_campaign, asked) if isinstance(asked, CheckText) else partial(_audience, asked)
    judge = await context.store.read(lambda conn: what(conn, loaded, rules))
    return _answer(asked, await context.hold.in_thread(judge))


def _campaign(
    asked: CheckText, conn: sqlite3.Connection, loaded: Loaded, rules: Rules
) -> Callable[[], list[Problem]]:
    name = asked.edits or loaded.data.get("name")
    begun = editing.begun(conn, campaigns.find(conn, name) if isinstance(name, str) else None)
    known = checking.known(conn, rules, None if begun else saved_audiences.names(conn))

    def judge() -> list[Problem]:
        read = definition.read(loaded.data, now_ms=rules.now_ms, zone=rules.zone, known=known)
        wrong = [] if isinstance(read, Campaign) else read
        if begun is not None:
            wrong = checking.of_begun(wrong)
            campaign = decode(loaded.data, Campaign)
            if isinstance(campaign, Campaign):
                wrong += editing.fixed_problems(
                    begun.revision.definition, campaign, begun.may_change
                )
        return toml_source.with_lines(wrong, loaded)

    return judge


def _audience(
    asked: CheckAudienceText, conn: sqlite3.Connection, loaded: Loaded, rules: Rules
) -> Callable[[], list[Problem]]:
    found = saved_audiences.find(conn, asked.name)
    name = found.name if found else asked.name.strip()
    known = checking.known(conn, rules, saved_audiences.names(conn), itself=name)
    return partial(audience_problems, loaded, known)


def _answer(asked: CheckText | CheckAudienceText, wrong: list[Problem]) -> Done | Refused:
    what = "definition" if isinstance(asked, CheckText) else "audience"
    if not wrong:
        return Done(message=f"The {what} is in order.")
    return Refused(
        what=f"The {what} has {len(wrong)} problem{'s' if len(wrong) > 1 else ''}.",
        fix="Correct what is listed and try again; nothing was saved.",
        problems=tuple(wrong[:PROBLEMS_MAX]),
    )
