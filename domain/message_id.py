"""The one id of one decision: the same for ever, over retries, crashes and daemons (promise P1)."""

import base64
import hashlib
import hmac

MESSAGE_ID_PREFIX = "m1_"
MESSAGE_ID_CHARS = 43
"""Prefix and 40 base32 characters (200 bits); Segment wants fewer than 100."""
_DIGEST_CHARS = 40
_LENGTH_BYTES = 4


def canonical(*fields: str) -> bytes:
    """Return the fields as bytes that no other list of fields has.

    Each field is preceded by its length, so moving a character from one field to its neighbour
    changes the bytes. Half a surrogate pair is kept as it is: every Python string has its bytes.
    """
    parts: list[bytes] = []
    for field in fields:
        encoded = field.encode("utf-8", "surrogatepass")
        parts.append(len(encoded).to_bytes(_LENGTH_BYTES, "big"))
        parts.append(encoded)
    return b"".join(parts)


def message_id(
    install_key: bytes, *, campaign: str, run: str, user: str, step: str, occurrence: str
) -> str:
    """Return the message id of a decision: no clock, no chance, no attempt number in it.

    `run` of a schedule is its local slot (`2026-03-29T09:00[Europe/Kyiv]`), of a live campaign any
    fixed word; `occurrence` tells one trigger of a user from the next. The key of the installation
    is in it because Segment removes duplicates across all of its customers.
    """
    decision = canonical(campaign, run, user, step, occurrence)
    digest = hmac.digest(install_key, decision, hashlib.sha256)
    return MESSAGE_ID_PREFIX + base64.b32encode(digest).decode()[:_DIGEST_CHARS].lower()
