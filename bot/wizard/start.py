"""The step Start: the campaign's name, its kind, and what a live one waits for."""

from typing import Any

from msgspec import Struct, structs

from bot import conditions
from bot.blocks import Block
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Page, Step, StepName, block_id, entered
from domain.campaign import Campaign, Trigger
from domain.definition import NAME_CHARS_MAX
from domain.place import within
from domain.telling_trigger import tell_trigger

WHERE_HINT = "One a line, all must hold: price >= 50. Text: category is shoes."
_KINDS = {
    "past_behaviour": "Users who did something already (past behaviour)",
    "live": "Users at the moment they do something (live)",
}
_ON_PAUSE = {
    "drop": "is left out for good",
    "hold": "is considered when it goes on",
}


class StartValues(Struct, frozen=True):
    """What was entered; `kept_trigger` is a whole trigger that no input can say, as JSON."""

    name: str = ""
    labels: str = ""
    kind: str = "past_behaviour"
    event: str = ""
    where: str = ""
    on_pause: str = "drop"
    kept_trigger: str = ""


def _blocks(part: StartValues, page: Page) -> list[Block]:
    ask = Asking(StepName.START, page)
    shown = [
        *ask.text(
            "name",
            "Name",
            part.name,
            placeholder="Spring sale",
            chars_max=NAME_CHARS_MAX,
            optional=False,
        ),
        *ask.radio("kind", "Who gets it?", _KINDS, part.kind),
    ]
    if part.kind == "live":
        shown += _trigger(part, ask)
        shown += ask.select("on_pause", "What happens while it is paused", _ON_PAUSE, part.on_pause)
    hint = "Separated by commas, at most 10."
    return [*shown, *ask.text("labels", "Labels", part.labels, placeholder="spring", hint=hint)]


def _trigger(part: StartValues, ask: Asking) -> list[Block]:
    if part.kept_trigger:
        told = tell_trigger(read_kept(part.kept_trigger, Trigger))
        return kept_blocks(StepName.START, "kept_trigger", told)
    return [
        *ask.text(
            "event",
            "When a user does this event",
            part.event,
            placeholder="Order Completed",
            optional=False,
        ),
        *ask.text(
            "where",
            "Only if the event has",
            part.where,
            placeholder="price >= 50",
            hint=WHERE_HINT,
            multiline=True,
        ),
    ]


def _read(part: StartValues, given: Given) -> StartValues:
    return entered(part, StepName.START, given)


def _say(part: StartValues, live: bool, reading: Reading) -> dict[str, Any]:
    labels = conditions.read_texts(part.labels)
    said = {"name": part.name.strip(), "kind": part.kind, "labels": labels}
    return said | (
        {"trigger": _said_trigger(part, reading), "on_pause": part.on_pause} if live else {}
    )


def _said_trigger(part: StartValues, reading: Reading) -> Trigger:
    if part.kept_trigger:
        kept: Trigger = read_kept(part.kept_trigger, Trigger)
        return kept
    where = reading.filters(block_id(StepName.START, "where"), part.where)
    return Trigger(part.event.strip(), where)


def _fill(campaign: Campaign) -> StartValues:
    part = StartValues(
        name=campaign.name,
        labels=conditions.write_texts(campaign.labels),
        kind=campaign.kind,
        on_pause=campaign.on_pause,
    )
    trigger = campaign.trigger
    if trigger is None:
        return part
    asked = structs.replace(
        part, event=trigger.event, where=conditions.write_filters(trigger.where)
    )
    reading = Reading()
    same = _said_trigger(asked, reading) == trigger and not reading.errors
    if same and len(asked.where) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_trigger=write_kept(trigger))


def _place(_part: StartValues, where: str) -> str:
    if where in ("name", "kind", "on_pause") or where == "definition":
        return block_id(StepName.START, "kind" if where == "kind" else "name")
    if within(where, "labels"):
        return block_id(StepName.START, "labels")
    if not within(where, "trigger"):
        return ""
    return block_id(StepName.START, "where" if within(where, "trigger.where") else "event")


STEP = Step(StepName.START, "Start", _blocks, _read, _say, _fill, _place)
