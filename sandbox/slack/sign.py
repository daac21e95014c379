"""Slack's request signatures: the right one, and the wrong ones a bot must turn away.

Rule: `v0=` + hex HMAC-SHA256 of `v0:{timestamp}:{raw body}` under the signing secret; the receiver
refuses a timestamp more than five minutes away from its own clock.
"""

import hashlib
import hmac
from typing import Final

TOO_OLD_SECONDS: Final = 6 * 60


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The value of X-Slack-Signature for `body` sent at `timestamp` (epoch seconds)."""
    base = b"v0:%d:%b" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers that a bot must accept; sent twice they are a replay."""
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature(secret, timestamp, body),
    }


def wrongly_signed(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers signed with another secret."""
    return signed(secret + "?", timestamp, body)


def signed_long_ago(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers whose signature is right and whose time is too long past."""
    return signed(secret, timestamp - TOO_OLD_SECONDS, body)


def signed_for_another_body(secret: str, timestamp: int) -> dict[str, str]:
    """Headers of another request, put on this one."""
    return signed(secret, timestamp, b"another body")
