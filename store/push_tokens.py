"""Whose a push token is: of the user on whose device it was seen last, and of nobody else.

A phone changes hands, or somebody signs out and another signs in: the token stays with the app. Who
had it before would get the new user's messages there, and be taken for one who can be reached.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from domain.push_tokens import Claim, tokens, without
from store import meta, users
from store.rows import among


def settle(conn: sqlite3.Connection, claims: Sequence[Claim]) -> None:
    """Give each token to the user who had it last, by day and then by place in the log.

    Whoever had it, or only seemed to by an old record, has it no more.
    """
    owners = {token: (user, seen) for token, user, seen in among(conn, _OWNERS, _named(claims))}
    for claim in sorted(claims, key=lambda each: each.seq):
        seen = claim.seen or _day_of(conn, claim.seq)
        owner, since = owners.get(claim.token, (claim.user, ""))
        winner = claim.user if seen >= since else owner
        loser = owner if winner == claim.user else claim.user
        owners[claim.token] = (winner, max(seen, since))
        if loser != winner:
            _take(conn, loser, claim.token)
    conn.executemany(
        "INSERT INTO push_token (token, user, seen) VALUES (?, ?, ?) ON CONFLICT (token)"
        " DO UPDATE SET user = excluded.user, seen = excluded.seen",
        [(token, *owners[token]) for token in _named(claims)],
    )


def rename(conn: sqlite3.Connection, old: str, user: str) -> None:
    """Let one user have another's tokens: they have turned out to be one person."""
    conn.execute("UPDATE push_token SET user = ? WHERE user = ?", (user, old))


def _named(claims: Sequence[Claim]) -> dict[str, None]:
    return dict.fromkeys(each.token for each in claims)


def _day_of(conn: sqlite3.Connection, seq: int) -> str:
    """Return the day on which a record came in: a device that somebody lists is theirs by then."""
    row = conn.execute("SELECT received_ms FROM log WHERE seq = ?", (seq,)).fetchone()
    return "" if row is None else datetime.fromtimestamp(row[0] / 1000, UTC).date().isoformat()


def _take(conn: sqlite3.Connection, user: str, token: str) -> None:
    """Take a token out of a profile; a row of the log tells the audience's copy."""
    found = users.get_readable(conn, (user,)).get(user)
    if found is None or token not in tokens(found.traits):
        return
    last, now_ms = conn.execute(_LAST).fetchone()
    # A keyed id: a sender who could foresee it would send it first, and keep the token.
    act = hmac.digest(meta.install_key(conn), f"token:{last + 1}:{user}".encode(), hashlib.sha256)
    row = conn.execute(
        "INSERT INTO log (kind, source_id, user, time_ms, received_ms, body)"
        " VALUES ('other', ?, ?, ?, ?, ?) RETURNING seq",
        (f"clarion:{act.hex()}", user, now_ms, now_ms, msgspec.json.encode({"push_token": None})),
    ).fetchall()
    users.keep(conn, [(user, without(found.traits, token), int(row[0][0]))])


_LAST = "SELECT seq, received_ms FROM log ORDER BY seq DESC LIMIT 1"
_OWNERS = "SELECT token, user, seen FROM push_token WHERE token IN ({keys})"
