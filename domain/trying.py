"""Trying a content on some users before it is sent: who would get nothing, and what is not there.

The sentences name the definition's own keys and no value of a user's: they stand on review cards.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from domain.assignment import assign, every_pairs
from domain.campaign import Campaign
from domain.composing import EVERYTHING, About, Composed, Envelope, compose
from domain.content import Template, compile_template
from domain.pace import EVENT_BYTES_MAX
from domain.payload import Unsendable
from domain.variants import ByProperty, names
from domain.words import offer

SIZE_WARN_PERCENT = 80
PERCENT = 100
REASONS_TOLD_MAX = 3
BLANKS_TOLD_MAX = 3


class Tried(Struct, frozen=True):
    """What came of a content for some users. `reasons` and `blanks` count users."""

    users: int
    reasons: dict[str, int] = {}
    blanks: dict[str, int] = {}
    bytes_max: int = 0


def try_content(
    definition: Campaign,
    campaign_id: str,
    abouts: Sequence[About],
    *,
    now_ms: int,
    library_version: str,
) -> Tried:
    """Compose the message of each user in each variant that the user may get."""
    reasons: Counter[str] = Counter()
    blanks: Counter[str] = Counter()
    largest = 0
    for about in abouts:
        said: set[str] = set()
        lacked: set[str] = set()
        for variant in variants_for(definition, campaign_id, about):
            envelope = Envelope("m1_" + "a" * 40, campaign_id, "live", now_ms, now_ms, variant)
            match compose(definition, envelope, about, library_version=library_version):
                case Unsendable(reason=reason, detail=detail):
                    said.add(f"{reason}: {detail}")
                case Composed(events=events, missing=missing):
                    largest = max(largest, *map(len, events))
                    lacked.update(missing)
        reasons.update(said)
        blanks.update(lacked)
    return Tried(len(abouts), dict(reasons.most_common()), dict(blanks.most_common()), largest)


def variants_for(definition: Campaign, campaign_id: str, about: About) -> tuple[str, ...]:
    """Return the variants that a user may get: the one of a property, else any of them."""
    if definition.variants is None or isinstance(definition.variants, ByProperty):
        return (assign(campaign_id, definition, about.user),)
    return names(definition.variants)


def told(tried: Tried) -> Iterator[str]:
    """Say what came of it, what would keep users from their message first."""
    if not tried.users:
        yield "There is nobody to try the content on."
        return
    of = f"of {tried.users} users it was tried on"
    for said, n in list(tried.reasons.items())[:REASONS_TOLD_MAX]:
        yield f"{n} {of} would get nothing ({said})."
    if (more := len(tried.reasons) - REASONS_TOLD_MAX) > 0:
        yield f"There are {more} further reasons."
    for name, n in list(tried.blanks.items())[:BLANKS_TOLD_MAX]:
        yield f"{name} is empty for {n} {of}; `| default: '...'` fills it."
    if tried.bytes_max * PERCENT > EVENT_BYTES_MAX * SIZE_WARN_PERCENT:
        yield (
            f"The largest message has {tried.bytes_max:,} bytes; Segment takes"
            f" {EVENT_BYTES_MAX:,}, and a larger one is not sent."
        )


def mentioned(definition: Campaign) -> tuple[set[str], set[str]]:
    """Return the properties of users and of the event that a content mentions by name."""
    what = definition.what
    users = {key for key in (*what.profile, *what.identify) if key != EVERYTHING}
    events = {key for key in what.event_properties if key != EVERYTHING}
    if isinstance(definition.variants, ByProperty):
        users.add(definition.variants.property)
    for _, pairs in every_pairs(definition):
        for text in pairs.values():
            template = compile_template(text)
            if not isinstance(template, Template):
                continue
            for root, key in template.first_keys():
                if root == "Profile":
                    users.add(key)
                elif root == "Event":
                    events.add(key)
    return users, events


def unknown_of(
    events: Sequence[str], wanted: Collection[str], known: Collection[str] | None
) -> Iterator[str]:
    """Say which properties none of these events ever had. `known` None: none of them came in."""
    named = " or ".join(f"“{event}”" for event in events)
    if known is None:
        yield f"No event {named} has come in yet."
    else:
        yield from unknown(f"No event {named}", wanted, known)


def unknown(of: str, wanted: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Say which properties nobody (or no such event) ever had. `of`: `No user`, `No event “A”`.

    What is known may be a part of a property that is an object: `address.city` of `address`.
    """
    there = set(known) | {name.split(".", 1)[0] for name in known}
    for key in sorted(set(wanted) - there):
        yield f"{of} has a property “{key}”. {offer(key, known)}".strip()
