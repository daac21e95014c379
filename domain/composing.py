"""One message for one user, from the campaign's content to the bytes for Segment.

What is sent, what a preview shows and what a review tries are made here, by the same code.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from domain import payload
from domain.assignment import pairs as pairs_of
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.content import Abort, BadTemplate, Rendered, RenderFailed, compile_template, render
from domain.devices import devices
from domain.facts import Event, User
from domain.liquid_output import is_blank
from domain.liquid_sandbox import Budget
from domain.payload import PushToken, Unsendable
from domain.same_value import Value

EVERYTHING = "*"
LACKS_TOLD_MAX = 3
APPLE = frozenset({"ios", "ipados", "iphone os"})


class Envelope(Struct, frozen=True):
    """What a message is, whatever stands in it. Times are epoch milliseconds."""

    message_id: str
    campaign_id: str
    run: str
    timestamp_ms: int
    expires_ms: int
    variant: str = ""
    is_test: bool = False


class About(Struct, frozen=True):
    """Whom a message is for, and what its content may mention."""

    user: User
    event: Event | None = None
    constant: Sequence[Value] | None = None
    object_id: str | None = None


class Composed(Struct, frozen=True):
    """The events of one message, each as its exact bytes, and which values were not there."""

    events: tuple[bytes, ...]
    missing: tuple[str, ...] = ()


class Pairs(Struct, frozen=True):
    """Key-values rendered for one user; `missing` names what was not there and rendered empty."""

    values: Mapping[str, Any]
    missing: tuple[str, ...] = ()


def compose(
    definition: Campaign, envelope: Envelope, about: About, *, library_version: str
) -> Composed | Unsendable:
    """Return the message as it is sent, or why this user gets none."""
    pairs = render_pairs(definition, envelope.variant, about)
    if isinstance(pairs, Unsendable):
        return pairs
    written = payload.encode(
        message(definition, envelope, about, pairs.values), library_version=library_version
    )
    if isinstance(written, Unsendable):
        return written
    events = [event for event in (written.identify, written.track) if event is not None]
    return Composed(tuple(events), pairs.missing)


def message(
    definition: Campaign, envelope: Envelope, about: About, pairs: Mapping[str, Any]
) -> payload.Message:
    """Return the blocks that the campaign chose, with this user's values."""
    what, user, event = definition.what, about.user, about.event
    email = user.traits.get("email")
    return payload.Message(
        message_id=envelope.message_id,
        campaign=payload.Campaign(
            id=envelope.campaign_id,
            name=definition.name,
            type=definition.kind,
            labels=definition.labels,
        ),
        run_id=envelope.run,
        timestamp_ms=envelope.timestamp_ms,
        expires_at_ms=envelope.expires_ms,
        user_id=None if user.anonymous else user.user,
        anonymous_id=user.device if definition.delivery.anonymous else None,
        event_name=what.event,
        variant=envelope.variant or None,
        is_test=envelope.is_test,
        email=email if what.email and isinstance(email, str) else None,
        identity=user.user if what.identity and not user.anonymous else None,
        object_id=(user.device or about.object_id) if what.object_id else None,
        profile=_chosen(user.traits, what.profile) if what.profile else None,
        push_tokens=push_tokens(user) if what.push_tokens else None,
        event=_chosen(event.properties, what.event_properties)
        if event is not None and what.event_properties
        else None,
        key_values=pairs,
        traits=_chosen(user.traits, what.identify) if what.identify else None,
    )


def push_tokens(user: User) -> tuple[PushToken, ...]:
    """Return the push tokens of the user's devices, each once, the newest last."""
    found = {each["push_token"]: each for each in devices(user.traits) if each.get("push_token")}
    return tuple(PushToken(token, _device_type(each)) for token, each in found.items())


def _device_type(device: Mapping[str, str]) -> str:
    """Return the device's type as Segment knows it: `ios` for all of Apple's."""
    os = device.get("os", "").strip().casefold()
    return "ios" if os in APPLE else os


def render_pairs(definition: Campaign, variant: str, about: About) -> Pairs | Unsendable:
    """Render the key-values of a variant for one user, or say why this user gets nothing.

    The reason quotes the definition's keys and places, and no value of the user's.
    """
    values: dict[str, Any] = {}
    missing: dict[str, None] = {}
    budget = Budget()
    for key, text in pairs_of(definition, variant).items():
        rendered = _render(text, about, budget)
        match rendered:
            case Rendered(value=value):
                if key in definition.what.required and (lacks := _lacks(rendered)):
                    detail = f"the required pair “{key}” {lacks}"
                    return Unsendable(SkipReason.MISSING_VALUE, detail)
                values[key] = value
                missing |= dict.fromkeys(rendered.missing)
            case Abort():
                return Unsendable(SkipReason.CONTENT_ABORTED, f"the pair “{key}” says abort")
            case BadTemplate(problem=problem) | RenderFailed(problem=problem):
                return Unsendable(SkipReason.CONTENT_FAILED, f"the pair “{key}”: {problem}")
    return Pairs(values, tuple(missing))


def _lacks(rendered: Rendered) -> str:
    """Say what a required pair lacks: a value inside it, or everything; empty: nothing."""
    if rendered.missing:
        return f"lacks {', '.join(rendered.missing[:LACKS_TOLD_MAX])}"
    return "is empty" if is_blank(rendered.value) else ""


def _render(
    text: str, about: About, budget: Budget
) -> Rendered | Abort | RenderFailed | BadTemplate:
    template = compile_template(text)
    if isinstance(template, BadTemplate):
        return template
    properties = None if about.event is None else about.event.properties
    return render(
        template,
        profile=about.user.traits,
        event=properties,
        constant=about.constant,
        budget=budget,
    )


def _chosen(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    if EVERYTHING in keys:
        return dict(values)
    return {key: values[key] for key in keys if key in values}
