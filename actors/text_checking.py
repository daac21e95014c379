"""Everything that is wrong with a definition as text, here and now, each with its line.

A door can tell by itself what breaks the rules; only here is known which names there are, and which
campaign an edit would change. So that one answer tells it all, all of it is judged here.
"""

import sqlite3

from actors import checking, editing
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


def checked(conn: sqlite3.Connection, asked: CheckText, rules: Rules) -> Done | Refused:
    """Answer with all problems of a text, in the order of its lines."""
    loaded = toml_source.load(asked.text)
    wrong = _problems(conn, asked, loaded, rules) if isinstance(loaded, Loaded) else loaded
    return _answer("definition", wrong)


def audience_checked(
    conn: sqlite3.Connection, asked: CheckAudienceText, rules: Rules
) -> Done | Refused:
    """Answer with all problems of an audience's text, in the order of its lines."""
    loaded = toml_source.load(asked.text)
    if not isinstance(loaded, Loaded):
        return _answer("audience", loaded)
    found = saved_audiences.find(conn, asked.name)
    name = found.name if found else asked.name.strip()
    known = checking.known(conn, rules, saved_audiences.names(conn), itself=name)
    return _answer("audience", audience_problems(loaded, known))


def _answer(what: str, wrong: list[Problem]) -> Done | Refused:
    if not wrong:
        return Done(message=f"The {what} is in order.")
    return Refused(
        what=f"The {what} has {len(wrong)} problem{'s' if len(wrong) > 1 else ''}.",
        fix="Correct what is listed and try again; nothing was saved.",
        problems=tuple(wrong),
    )


def _problems(
    conn: sqlite3.Connection, asked: CheckText, loaded: Loaded, rules: Rules
) -> list[Problem]:
    name = asked.edits or loaded.data.get("name")
    begun = editing.begun(conn, campaigns.find(conn, name) if isinstance(name, str) else None)
    known = checking.known(conn, rules, None if begun else saved_audiences.names(conn))
    read = definition.read(loaded.data, now_ms=rules.now_ms, zone=rules.zone, known=known)
    wrong = [] if isinstance(read, Campaign) else read
    if begun is not None:
        wrong = checking.of_begun(wrong)
        campaign = decode(loaded.data, Campaign)
        if isinstance(campaign, Campaign):
            wrong += editing.fixed_problems(begun.definition, campaign)
    return toml_source.with_lines(wrong, loaded)
