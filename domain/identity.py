"""Which ids name nobody: texts that broken senders give in place of an id.

They are kept as they come, but never joined with another id: everyone who shares such a text would
become one person.
"""

import re

from domain.facts import ANONYMOUS

_NOBODY = frozenset(
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
_ZEROES_AND_DASHES = re.compile(r"[0\-\s]*|-1")


def names_nobody(user: str) -> bool:
    """Tell whether this id, or the device's behind `anon:`, is a stand-in for a missing one."""
    text = user.removeprefix(ANONYMOUS).strip().casefold()
    return text in _NOBODY or _ZEROES_AND_DASHES.fullmatch(text) is not None
