"""Which ids name nobody: texts that broken senders give in place of an id.

They are kept as they come, but never joined with another id: everyone who shares such a text would
become one person. Nor is a message sent to a device of such a name: it is many devices.
"""

import re

from domain.facts import ANONYMOUS

NOBODY = frozenset(
    {
        "anonymous",
        "false",
        "guest",
        "n/a",
        "na",
        "nan",
        "nil",
        "none",
        "null",
        "true",
        "undefined",
        "unknown",
        "[object object]",
    }
)
ZEROES_AND_DASHES = r"[0\-\s]*|-1"
"""A device that may not tell its id gives one of zeroes."""


def names_nobody(user: str) -> bool:
    """Tell whether this id, or the device's behind `anon:`, is a stand-in for a missing one."""
    text = user.removeprefix(ANONYMOUS).strip().casefold()
    return text in NOBODY or re.fullmatch(ZEROES_AND_DASHES, text) is not None
