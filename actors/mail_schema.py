"""What people ask about the events and properties that were seen: part of the mail."""

from msgspec import Struct

from actors.mail_beside import Beside
from store.vocabulary import EventSeen, PropertySeen


class ShowSchema(Beside, frozen=True, tag=True):
    """Every event; or, with `event`, its properties; or, with `profiles`, those of users."""

    event: str = ""
    profiles: bool = False


class Schema(Struct, frozen=True, tag=True):
    """What was seen. Examples are users' values, for the operator's own terminal alone."""

    events: tuple[EventSeen, ...] = ()
    event: str = ""
    properties: tuple[PropertySeen, ...] = ()
