"""`/campaign lower NAME to N`: fewer messages, at once."""

import re
from typing import Final

from actors.mail import Refused
from actors.mail_limits import CapKind, LowerCap
from bot.ids import COMMAND
from bot.quoted import unquoted

_ASKED: Final = re.compile(
    r"(?P<name>.+?)\s+to\s+(?P<lim>\d{1,3}(?:[,.' ]\d{3})+|\d+)"
    r"(?:\s+messages?)?(?:\s+(?P<which>[a-z ]+))?",
    re.IGNORECASE,
)
_KINDS: Final[dict[str, CapKind]] = {
    "in all": "total",
    "in total": "total",
    "total": "total",
    "a day": "day",
    "per day": "day",
    "a run": "run",
    "per run": "run",
}
_HOW: Final = Refused(
    what="It is not said how low the cap should be.",
    fix=f"Type it like `{COMMAND} lower NAME to 500`; if the campaign has several caps, end it with"
    " `in all`, `a day` or `a run`.",
)


def request_of(rest: str, by: str) -> LowerCap | Refused:
    """Return what `lower NAME to N`, `lower NAME to N a day` asks."""
    found = _ASKED.fullmatch(rest.strip())
    if found is None:
        return _HOW
    kind = found["which"] and _KINDS.get(" ".join(found["which"].lower().split()))
    if found["which"] and not kind:
        return _HOW
    lim = int(re.sub(r"\D", "", found["lim"]))
    return LowerCap(unquoted(found["name"]), by, lim, kind or None)
