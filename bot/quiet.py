"""The logger that Slack's libraries get: only what went wrong, and never a secret.

At their lower levels Bolt and the SDK write request bodies, response URLs and headers.
"""

import logging
import re
from typing import Final

_SECRET: Final = re.compile(
    r"xox[a-z]-[\w.-]+|xapp-[\w.-]+|https?://[^\s\"']+/(?:response|commands|actions)/[^\s\"']+|v0=[0-9a-f]{64}"
)
HIDDEN: Final = "<hidden>"


class _Redaction(logging.Filter):
    """Takes tokens, signatures and response URLs out of whatever is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _SECRET.sub(HIDDEN, record.getMessage())
        record.args = ()
        record.exc_info = None  # a traceback of theirs may show a request
        return True


def _made() -> logging.Logger:
    logger = logging.getLogger("bot.slack")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_Redaction())
    return logger


SLACK_LOG: Final = _made()
"""For every App and client that we make."""
