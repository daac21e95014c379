"""The time zone that a call's context tells of, as Segment's libraries for apps and pages send it.

It is where the user was then. What a sender says of the user, in a trait, counts before it. So it
is kept under a name of its own, and the newest counts: a call that is late tells where somebody
was, and fills only what is not known.
"""

from collections.abc import Mapping
from typing import Any

from domain.operations import UNLESS_KNOWN
from domain.zones import ZONE_NAME_CHARS_MAX, normalise

ZONE_SEEN = "context_timezone"
"""The trait that has it."""
LATE_MS_MAX = 86_400_000
"""An app that had no network tells what happened in the meantime, for about so long."""


def of_context(context: object, *, age_ms: int) -> dict[str, Any]:
    """Return what the context tells as a profile record; empty: nothing.

    `age_ms`: how long ago the call was made when it came in. A text that is no zone takes the
    place of none that is; with no other it is kept, so that it is counted and shown.
    """
    given = context.get("timezone") if isinstance(context, Mapping) else None
    text = given.strip()[:ZONE_NAME_CHARS_MAX] if isinstance(given, str) else ""
    if not text:
        return {}
    if age_ms > LATE_MS_MAX or normalise(text) is None:
        return {ZONE_SEEN: {UNLESS_KNOWN: text}}
    return {ZONE_SEEN: text}
