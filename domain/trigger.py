"""What a live campaign waits for: an event, the absence of one, or a date that an event carries."""

from typing import Literal, TypeAlias

from msgspec import Struct

from domain.behaviour import Doing, Filter


class Keyed(Doing, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A further event of a trigger. `property`: what the same property is called in it."""

    property: str | None = None


class Without(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Inaction: after the trigger's event none of these, for `within_minutes`.

    `same_property`: they count only with the same value of this property as the trigger's event
    had; `property` is its name in these events, if it has another there, and one of `also` may say
    its own. `on_repeat`: the trigger's event again lets the wait begin anew, or changes nothing.
    `grace_seconds` are waited for what arrives late.
    """

    event: str
    within_minutes: int
    where: tuple[Filter, ...] = ()
    also: tuple[Keyed, ...] = ()
    same_property: str | None = None
    property: str | None = None
    on_repeat: Literal["restart", "keep"] = "restart"
    grace_seconds: int = 30


class OnDate(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A date that the trigger's event carries in `property`, and how long before or after it.

    `same_property`: each value of this property has a date of its own, which a later event with
    the same value replaces; without it a user has one date. `cancel`: events that clear it.
    A date without an offset is one where the user is.
    """

    property: str
    before_minutes: int | None = None
    after_minutes: int | None = None
    same_property: str | None = None
    cancel: tuple[Keyed, ...] = ()


class Trigger(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The events that a live campaign waits for (any of them), and what must follow.

    Of each event all comparisons hold. `first_time`: only the first that ever came of the user.
    `delay_minutes`: so long after the event; `without`: if something else is not done meanwhile;
    `date`: at a date. `recheck`: whoever no longer fits the audience then gets nothing.
    """

    event: str
    where: tuple[Filter, ...] = ()
    also: tuple[Keyed, ...] = ()
    first_time: bool = False
    delay_minutes: int = 0
    without: Without | None = None
    date: OnDate | None = None
    recheck: bool = True

    @property
    def waits(self) -> bool:
        """Whether time passes between the event and the message."""
        return self.delay_minutes > 0 or self.without is not None or self.date is not None


Doings: TypeAlias = tuple[Keyed, ...]


def starts(trigger: Trigger) -> Doings:
    """Return the events that trigger, each with its comparisons."""
    return (Keyed(trigger.event, trigger.where), *trigger.also)


def stops(trigger: Trigger) -> Doings:
    """Return the events that clear what waits, each with its own name of the same property."""
    if trigger.without is not None:
        without = trigger.without
        first = Keyed(without.event, without.where, without.property)
        return (first, *(_called(doing, without.property) for doing in without.also))
    return () if trigger.date is None else trigger.date.cancel


def _called(doing: Keyed, name: str | None) -> Keyed:
    return doing if doing.property is not None else Keyed(doing.event, doing.where, name)


def same_property(trigger: Trigger) -> str | None:
    """Return the property that must have the same value, as the trigger's first event has it."""
    if trigger.without is not None:
        return trigger.without.same_property
    return None if trigger.date is None else trigger.date.same_property


def offset_minutes(date: OnDate) -> int:
    """Return how far the moment lies from the date; negative is before it."""
    return (date.after_minutes or 0) - (date.before_minutes or 0)


def names(trigger: Trigger) -> tuple[str, ...]:
    """Return every event that a campaign must hear of, each once."""
    every = (*starts(trigger), *stops(trigger))
    return tuple(dict.fromkeys(doing.event for doing in every))
