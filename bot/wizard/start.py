"""The step Start: the campaign's name, its kind, and what a live one waits for."""

from functools import partial
from typing import Any

from msgspec import structs

from bot import conditions
from bot.blocks import Block
from bot.wizard import durations
from bot.wizard.alsos import (
    CHOOSE,
    WHERE_HINT,
    Also,
    also_blocks,
    also_called,
    also_given,
    also_with,
)
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Menu, Page, Step, StepName, block_id, entered, place_among
from bot.wizard.triggers import (
    ALSO,
    FIRST,
    HOLD,
    LISTS,
    StartValues,
    called_name,
    fill_trigger,
    list_name,
    same_of,
    say_trigger,
)
from domain.campaign import Campaign, Trigger
from domain.definition import NAME_CHARS_MAX
from domain.telling_trigger import tell_trigger

SAME_HINT = "Such as cart_id. Empty: it counts with any value."
EXACT_HINT = "Further events, with which properties, of the same cart say, and what comes late."
_STEP = StepName.START
_KINDS = {
    "past_behaviour": "Users who did something already (past behaviour)",
    "live": "Users at the moment they do something (live)",
}
_WAITS = {
    "at_once": "At once",
    "delay": "Some time after the event",
    "without": "If the user does not do something else in time (inaction)",
    "date": "Before or after a date that the event carries",
}
_MORE = {
    ALSO: "Further events trigger it as well",
    FIRST: "Only the first time ever that the user does it",
    HOLD: "What happens during a pause is considered afterwards",
}
_EXACT = {"yes": "Say more about what must not follow"}
_RECHECK = {"yes": "Whoever does not fit the conditions any more gets nothing"}
_ON_REPEAT = {"restart": "the time begins anew", "keep": "the first one counts"}
_SIDES = {"before": "before the date", "after": "after the date"}
_PLACES = {
    "name": "name",
    "definition": "name",
    "on_pause": "more",
    "kind": "kind",
    "labels": "labels",
    "trigger": "event",
    "trigger.where": "where",
    "trigger.also": "also",
    "trigger.first_time": "more",
    "trigger.recheck": "recheck",
    "trigger.delay_minutes": "delay",
    "trigger.without": "not_event",
    "trigger.without.where": "not_where",
    "trigger.without.also": "not_also",
    "trigger.without.within_minutes": "within",
    "trigger.without.same_property": "same",
    "trigger.without.property": "same_there",
    "trigger.without.grace_seconds": "grace",
    "trigger.date": "date",
    "trigger.date.before_minutes": "offset",
    "trigger.date.after_minutes": "offset",
    "trigger.date.same_property": "date_same",
    "trigger.date.cancel": "cancel",
}


_LIST_PLACES = {
    "also": "trigger.also",
    "not_also": "trigger.without.also",
    "cancel": "trigger.date.cancel",
}


def _blocks(part: StartValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    name = ask.text(
        "name",
        "Name",
        part.name,
        placeholder="Spring sale",
        chars_max=NAME_CHARS_MAX,
        optional=False,
    )
    shown = [*name, *ask.radio("kind", "Who gets it?", _KINDS, part.kind)]
    if part.kind == "live":
        shown += _trigger(part, ask)
    hint = "Separated by commas, at most 10."
    return [*shown, *ask.text("labels", "Labels", part.labels, placeholder="spring", hint=hint)]


def _trigger(part: StartValues, ask: Asking) -> list[Block]:
    if part.kept_trigger:
        told = tell_trigger(read_kept(part.kept_trigger, Trigger))
        return kept_blocks(_STEP, "kept_trigger", told)
    return [
        *ask.menu(
            "event", "When a user does this event", part.event, placeholder=CHOOSE, optional=False
        ),
        *_where(ask, "where", "Only if the event has", part.where),
        *ask.select("wait", "When is the message due?", _WAITS, part.wait, redraws=True),
        *_wait(part, ask),
        *ask.checks("more", "Besides", _MORE, part.more, redraws=True),
        *(
            _events(ask, part, "also", "Or when a user does one of these")
            if ALSO in part.more
            else ()
        ),
    ]


def _wait(part: StartValues, ask: Asking) -> list[Block]:
    match part.wait:
        case "delay":
            shown = _length(ask, part, "delay", "How long after the event")
        case "without":
            shown = _without(part, ask)
        case "date":
            shown = _date(part, ask)
        case _:
            return []
    if part.wait == "without" and not part.exact:
        return shown
    return [*shown, *ask.checks("recheck", "When it falls due", _RECHECK, part.recheck)]


def _without(part: StartValues, ask: Asking) -> list[Block]:
    """Ask which event within how long; all else only of whoever wants to say more."""
    shown = [
        *ask.menu(
            "not_event",
            "The event that must not follow",
            part.not_event,
            placeholder=CHOOSE,
            optional=False,
        ),
        *_length(ask, part, "within", "Within how long"),
        *ask.checks("exact", "More", _EXACT, part.exact, redraws=True, hint=EXACT_HINT),
    ]
    if not part.exact:
        return shown
    return [
        *shown,
        *_where(ask, "not_where", "It counts only if it has", part.not_where),
        *_events(ask, part, "not_also", "Nor may one of these events"),
        *ask.menu(
            "same",
            "With the same value of this property",
            part.same,
            placeholder=CHOOSE,
            hint=SAME_HINT,
            optional=True,
        ),
        *ask.text("same_there", "If it has another name there", part.same_there),
        *ask.select("on_repeat", "If the first event comes again", _ON_REPEAT, part.on_repeat),
        *ask.number(
            "grace", "Seconds to wait for what comes late", part.grace, hint="Empty: 30 seconds."
        ),
    ]


def _date(part: StartValues, ask: Asking) -> list[Block]:
    hint = "A property of the event: ISO 8601, or epoch seconds or milliseconds."
    same = "Such as booking_id: each has a date of its own. Empty: a user has one date."
    return [
        *ask.menu(
            "date", "The date stands in", part.date, placeholder=CHOOSE, hint=hint, optional=False
        ),
        *_length(ask, part, "offset", "How long"),
        *ask.select("side", "Before or after", _SIDES, part.side),
        *ask.menu(
            "date_same",
            "One date for each value of",
            part.date_same,
            placeholder=CHOOSE,
            hint=same,
            optional=True,
        ),
        *_events(ask, part, "cancel", "Events that clear the date"),
    ]  # fmt: skip


def _length(ask: Asking, part: StartValues, name: str, label: str) -> list[Block]:
    unit = getattr(part, f"{name}_unit")
    return [
        *ask.number(name, label, getattr(part, name), optional=False),
        *ask.select(f"{name}_unit", "Counted in", durations.CHOICES, unit),
    ]


def _where(ask: Asking, name: str, label: str, text: str) -> list[Block]:
    return ask.text(name, label, text, placeholder="price >= 50", hint=WHERE_HINT, multiline=True)


def _events(ask: Asking, part: StartValues, name: str, label: str) -> list[Block]:
    called = partial(called_name, name) if same_of(part) else None
    return also_blocks(ask, label, getattr(part, name), partial(list_name, name), called)


def _menu(part: StartValues, block: str) -> Menu | None:
    name = block.partition(".")[2]
    if name in ("event", "also", "not_event", "not_also", "cancel"):
        return Menu("event")
    return Menu("property", part.event) if name in ("same", "date", "date_same") else None


def _read(part: StartValues, given: Given) -> StartValues:
    own = {name: _list_given(part, name, given) for name in LISTS}
    menus = {block_id(_STEP, name) for name in LISTS}
    rest = {block: value for block, value in given.items() if block not in menus}
    return structs.replace(entered(part, _STEP, rest), **own)


def _list_given(part: StartValues, name: str, given: Given) -> tuple[Also, ...]:
    chosen = given.get(block_id(_STEP, name))
    return also_given(
        getattr(part, name),
        chosen if isinstance(chosen, tuple) else None,
        lambda no: given.get(block_id(_STEP, list_name(name, no))),
        lambda no: given.get(block_id(_STEP, called_name(name, no))),
    )


def _say(part: StartValues, live: bool, reading: Reading) -> dict[str, Any]:
    labels = conditions.read_texts(part.labels)
    said: dict[str, Any] = {"name": part.name.strip(), "kind": part.kind, "labels": labels}
    if live:
        on_pause = "hold" if HOLD in part.more else "drop"
        said |= {"trigger": say_trigger(part, reading), "on_pause": on_pause}
    return said


def _fill(campaign: Campaign) -> StartValues:
    part = StartValues(
        name=campaign.name,
        labels=conditions.write_texts(campaign.labels),
        kind=campaign.kind,
        more=(HOLD,) if campaign.on_pause == "hold" else (),
    )
    return part if campaign.trigger is None else fill_trigger(part, campaign.trigger)


def _place(part: StartValues, where: str) -> str:
    for name, place in _LIST_PLACES.items():
        if (number := also_with(getattr(part, name), place, where)) is not None:
            return block_id(_STEP, list_name(name, number))
        if (number := also_called(getattr(part, name), place, where)) is not None:
            return block_id(_STEP, called_name(name, number))
    return place_among(_STEP, _PLACES, where)


STEP = Step(_STEP, "Start", _blocks, _read, _say, _fill, _place, _menu)
