"""The rules of a trigger: events that can be asked for, and one way of waiting that can end."""

from collections.abc import Iterator

from domain.campaign import Campaign
from domain.place import item, member
from domain.problem import Problem
from domain.rules_behaviour import EVENT_CHARS_MAX
from domain.rules_filters import PROPERTY_CHARS_MAX, filter_problems, moving_problems
from domain.rules_text import text_problems
from domain.trigger import Doings, Keyed, OnDate, Trigger, Without, same_property

EVENTS_MAX = 10
"""Any of so many events may trigger, and any of so many clear what waits."""
WAIT_MINUTES_MAX = 3_660 * 24 * 60
"""Ten years: a wait costs one row, however long it is."""
GRACE_SECONDS_MAX = 3_600


def trigger_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with what a campaign waits for."""
    trigger = campaign.trigger
    if campaign.kind == "live" and trigger is None:
        fix = "Add [trigger] with the event that it waits for."
        yield Problem("trigger", "A live campaign needs a trigger.", fix)
    if trigger is None:
        return
    if campaign.kind == "past_behaviour":
        what = "A past behaviour campaign is not triggered by an event."
        yield Problem("trigger", what, 'Remove it, or write kind = "live".')
    keyed = same_property(trigger) is not None
    yield from _event_problems(Keyed(trigger.event, trigger.where), "trigger")
    yield from _more_problems(trigger.also, "trigger.also", most=EVENTS_MAX - 1, keyed=keyed)
    yield from _waiting_problems(trigger)
    if trigger.without is not None:
        yield from _without_problems(trigger.without, "trigger.without")
    if trigger.date is not None:
        yield from _date_problems(trigger.date, "trigger.date")


def _waiting_problems(trigger: Trigger) -> Iterator[Problem]:
    ways = [
        f"trigger.{name}"
        for name, asked in (
            ("delay_minutes", trigger.delay_minutes != 0),
            ("without", trigger.without is not None),
            ("date", trigger.date is not None),
        )
        if asked
    ]
    if len(ways) > 1:
        what = f"A trigger waits in one way, and this one has {' and '.join(ways)}."
        yield Problem(ways[1], what, "Keep one of them.")
    yield from _minutes_problems(trigger.delay_minutes, "trigger.delay_minutes", least=0)
    if not trigger.recheck and not trigger.waits:
        what = "Nothing waits after the trigger, so there is nothing to ask again."
        yield Problem("trigger.recheck", what, "Remove it, or let the trigger wait.")


def _without_problems(without: Without, where: str) -> Iterator[Problem]:
    keyed = without.same_property is not None
    yield from _event_problems(Keyed(without.event, without.where), where)
    yield from _more_problems(without.also, member(where, "also"), most=EVENTS_MAX - 1, keyed=keyed)
    yield from _minutes_problems(without.within_minutes, member(where, "within_minutes"), least=1)
    if not 0 <= without.grace_seconds <= GRACE_SECONDS_MAX:
        what = f"{without.grace_seconds} seconds of grace are not possible."
        fix = f"Choose 0 to {GRACE_SECONDS_MAX}."
        yield Problem(member(where, "grace_seconds"), what, fix)
    yield from _property_problems(without.same_property, member(where, "same_property"))
    yield from _alias_problems(without.property, member(where, "property"), keyed=keyed)


def _date_problems(date: OnDate, where: str) -> Iterator[Problem]:
    yield from _property_problems(date.property, member(where, "property"))
    yield from _property_problems(date.same_property, member(where, "same_property"))
    keyed = date.same_property is not None
    yield from _more_problems(date.cancel, member(where, "cancel"), most=EVENTS_MAX, keyed=keyed)
    if (date.before_minutes is None) == (date.after_minutes is None):
        both = date.before_minutes is not None
        what = f"It has {'both' if both else 'neither'} before_minutes and after_minutes."
        what = what.replace("neither before_minutes and", "neither before_minutes nor")
        fix = "Write one: before_minutes = 120 is two hours before the date, 0 is at the date."
        yield Problem(where, what, fix)
    for name in ("before_minutes", "after_minutes"):
        minutes: int | None = getattr(date, name)
        if minutes is not None:
            yield from _minutes_problems(minutes, member(where, name), least=0)


def _event_problems(doing: Keyed, where: str) -> Iterator[Problem]:
    yield from text_problems(doing.event, member(where, "event"), EVENT_CHARS_MAX)
    yield from filter_problems(doing.where, member(where, "where"))
    yield from moving_problems(doing.where, member(where, "where"))


def _more_problems(more: Doings, where: str, *, most: int, keyed: bool) -> Iterator[Problem]:
    if len(more) > most:
        what = f"There are {len(more)} more events; at most {most} are possible."
        yield Problem(where, what, "Leave some out.")
    for i, doing in enumerate(more):
        place = item(where, i)
        yield from _event_problems(doing, place)
        yield from _alias_problems(doing.property, member(place, "property"), keyed=keyed)


def _minutes_problems(minutes: int, where: str, *, least: int) -> Iterator[Problem]:
    if not least <= minutes <= WAIT_MINUTES_MAX:
        fix = f"Choose {least} to {WAIT_MINUTES_MAX}, which is ten years."
        yield Problem(where, f"{minutes} minutes are not possible.", fix)


def _alias_problems(name: str | None, where: str, *, keyed: bool) -> Iterator[Problem]:
    yield from _property_problems(name, where)
    if name is not None and not keyed:
        what = "It says what a property is called in these events, and not which must be the same."
        yield Problem(where, what, "Add same_property, or remove it.")


def _property_problems(name: str | None, where: str) -> Iterator[Problem]:
    if name is not None:
        yield from text_problems(name, where, PROPERTY_CHARS_MAX)
