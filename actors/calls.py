"""Segment's calls, read strictly: what is wrong with one, and what is kept of it.

A page or screen is the event that Segment's destinations make of it when they give all of them
one name: so a campaign waits for one event, and tells pages apart by their properties.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from domain.epoch_dates import dated
from domain.facts import ANONYMOUS, RESERVED
from domain.profile_limits import KEYS_MAX, Over, named, within
from domain.rules_behaviour import EVENT_CHARS_MAX
from store.log import Kind

ID_CHARS_MAX = 256
MESSAGE_ID_CHARS_MAX = 100
PROPERTIES_MAX = 256
NUL = "\0"
HAS_NUL = ("It holds a NUL, a character that no text has.", "Take it out.")
"""Of an id: no file could name the user, and a list of people could not come back."""
TYPES = frozenset({"track", "identify", "page", "screen", "group", "alias"})
PAGE, SCREEN = "Loaded a Page", "Loaded a Screen"
GROUP, GROUPS = "group", "groups"
"""Traits: the latest group with what is known of it, and the ids of all."""


class Item(Struct, rename="camel"):
    """One call, as loosely as it may come; `problems` says what is wrong with it."""

    type: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    previous_id: Any = None
    group_id: Any = None
    message_id: Any = None
    event: Any = None
    name: Any = None
    category: Any = None
    timestamp: Any = None
    properties: Any = None
    traits: Any = None
    context: Any = None

    def __post_init__(self) -> None:
        """Take an id of nothing but blanks as the empty one: it is nobody's."""
        if isinstance(self.user_id, str) and not self.user_id.strip():
            self.user_id = ""
        if isinstance(self.anonymous_id, str) and not self.anonymous_id.strip():
            self.anonymous_id = ""


class Content(Struct, frozen=True):
    """What is kept of a call: `also` are other ids of the same person.

    `left_out` are the keys of the profile, or of the event's properties, that are over a limit.
    """

    kind: Kind
    name: str
    body: dict[str, Any]
    also: tuple[str, ...] = ()
    left_out: tuple[Over, ...] = ()


def read_dates(item: Item) -> None:
    """Put an ISO time in the place of each date that is written as CleverTap has it."""
    item.properties, item.traits = dated(item.properties), dated(item.traits)
    if isinstance(item.context, dict) and "traits" in item.context:
        item.context = item.context | {"traits": dated(item.context["traits"])}


def user_of(item: Item) -> str:
    """Return whose call it is, of an item without problems."""
    return str(item.user_id) if item.user_id else f"{ANONYMOUS}{item.anonymous_id}"


def content(item: Item, kind: str, *, trusted: bool) -> Content:
    """Return what is kept of a call without problems.

    `trusted`: the sender may say of two people that they are one; a browser's key is public, so
    it may say so of its own device only.
    """
    match kind:
        case "track":
            return _event(item.event, item.properties or {})
        case "page" | "screen":
            return _event(PAGE if kind == "page" else SCREEN, _viewed(item))
        case "identify":
            traits = _traits(item) or {}
            both = bool(item.user_id and item.anonymous_id)
            return _profile(traits, (f"{ANONYMOUS}{item.anonymous_id}",) if both else ())
        case "group":
            group = {"id": str(item.group_id), **(item.traits or {})}
            return _profile({GROUP: group, GROUPS: {"$add": [str(item.group_id)]}}, ())
        case _:
            old = (f"{ANONYMOUS}{item.previous_id}", *([item.previous_id] if trusted else []))
            also = tuple(each for each in old if each != item.user_id)
            return Content("other", kind, {}, also)


def _traits(item: Item) -> Any:
    """Return an identify's traits; RudderStack's libraries have them in the context."""
    if item.traits is None and isinstance(item.context, dict):
        return item.context.get("traits")
    return item.traits


def _viewed(item: Item) -> dict[str, Any]:
    properties = dict(item.properties or {})
    for key, value in (("name", item.name), ("category", item.category)):
        if isinstance(value, str):
            properties.setdefault(key, value)
    return properties


def _event(name: str, properties: dict[str, Any]) -> Content:
    kept, over = named(properties)
    return Content("event", name, kept, left_out=over)


def _profile(traits: dict[str, Any], also: tuple[str, ...]) -> Content:
    kept, over = within(traits)
    return Content("profile", "", kept, also, over)


def problems(item: Item, kind: object) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the shape of a call: the key, what it is, and what to send."""
    if not isinstance(kind, str) or kind not in TYPES:
        known = ", ".join(sorted(TYPES))
        yield "type", f"{kind!r:.40} is not a type of call.", f"Send one of {known}."
    yield from _ids(item, kind)
    for key, given in (
        ("userId", item.user_id),
        ("anonymousId", item.anonymous_id),
        ("previousId", item.previous_id),
    ):
        if isinstance(given, str) and NUL in given:
            yield key, *HAS_NUL
    if kind == "track" and not _is_text(item.event, EVENT_CHARS_MAX):
        fix = f"Send text of 1 to {EVENT_CHARS_MAX} characters."
        yield "event", f"It is {called(item.event)}, not a name.", fix
    for key, value, most in (
        ("properties", item.properties, PROPERTIES_MAX),
        ("traits", _traits(item) if kind == "identify" else item.traits, KEYS_MAX),
        ("context", item.context, None),
    ):
        if value is not None and not isinstance(value, dict):
            yield key, f"It is {called(value)}, not an object.", f'Send "{key}": {{...}}.'
        elif isinstance(value, dict) and most is not None and len(value) > most:
            what = f"It has {len(value):,} keys; at most {most} are taken."
            yield key, what, "Send fewer: none of them was kept."


def _ids(item: Item, kind: object) -> Iterator[tuple[str, str, str]]:
    for key, value in (("userId", item.user_id), ("anonymousId", item.anonymous_id)):
        if value is not None and (not isinstance(value, str) or len(value) > ID_CHARS_MAX):
            fix = f"Send text of at most {ID_CHARS_MAX} characters."
            yield key, f"It is {called(value)}, not an id.", fix
    if not item.user_id and (kind == "alias" or not item.anonymous_id):
        if kind == "alias":
            yield "userId", "It does not say whose the old id is.", "Send userId and previousId."
        else:
            yield "userId", "It says neither who nor which device.", "Send userId or anonymousId."
    named = [("userId", item.user_id)]
    if kind == "alias":
        named.append(("previousId", item.previous_id))
        if not _is_text(item.previous_id, ID_CHARS_MAX):
            fix = f"Send text of 1 to {ID_CHARS_MAX} characters."
            yield "previousId", f"It is {called(item.previous_id)}, not an id.", fix
    for key, value in named:
        for begin in RESERVED:
            if isinstance(value, str) and value.startswith(begin):
                yield key, f"An id must not begin with {begin!r}.", "Send the user's own id."
    if kind == "group" and not _is_text(item.group_id, ID_CHARS_MAX):
        fix = f"Send text of 1 to {ID_CHARS_MAX} characters."
        yield "groupId", f"It is {called(item.group_id)}, not an id.", fix
    if item.message_id is not None and (
        not isinstance(item.message_id, str) or len(item.message_id) > MESSAGE_ID_CHARS_MAX
    ):
        fix = f"Send text of at most {MESSAGE_ID_CHARS_MAX} characters, or leave it out."
        yield "messageId", f"It is {called(item.message_id)}, not an id.", fix


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most


def called(value: object) -> str:
    """Return what kind of value it is, in a person's words and without the value."""
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "empty" if not value.strip() else f"text of {len(value):,} characters"
        case list():
            return "a list"
        case _:
            return "an object"
