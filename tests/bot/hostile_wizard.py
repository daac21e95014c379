"""What Slack might send out of the wizard: real modals, real clicks, and made-up answers in them.

Each payload comes out of a modal as the bot draws it, of a campaign of any kind, at any step, with
any condition open. What stands in its inputs is what stood there, another choice, or nonsense.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
from msgspec import Struct, structs

from bot.menus import value_of
from bot.paste import read_text
from bot.refs import Memo
from bot.wizard.alsos import Also
from bot.wizard.bounds import LimitsValues
from bot.wizard.contents import WhatValues
from bot.wizard.row import KINDS, fresh_row
from bot.wizard.schedules import WhenValues
from bot.wizard.step import StepName
from bot.wizard.steps import STEPS
from bot.wizard.triggers import StartValues
from bot.wizard.unfinished import NEW
from bot.wizard.values import Values, to_values
from bot.wizard.who import WhoValues
from domain.campaign import Campaign
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import LIVE, PAST
from tests.bot.wire import ANA
from tests.bot.wizard.kit import view_of
from tests.domain.definitions import example

NONSENSE: tuple[str, ...] = (
    *("", " ", "0", "-1", "1e9", "9" * 40, "1.5", "true", "٣", "\0", "💥", "x" * 3_000),
    *(
        "<!channel>",
        "{{ Profile.x | default: }}",
        "{% for",
        "a = b\na = b",
        "price >= ",
        '"',
        "25:99",
    ),
    *("2026-02-30", "monday", "1, 2", "2, 1", "59.9, 10.7, 5", "=A", "#A", "open.0", "kept"),
)
"""Texts that somebody may enter, and values of choices that were never offered."""
TYPES = "block_actions", "view_submission", "view_closed", "block_suggestion"


class Sent(Struct, frozen=True):
    """A payload; `kind` and `step` say where it comes from. `whole`: only its answers are odd."""

    kind: str
    step: str
    payload: dict[str, Any]
    whole: bool


def forms() -> tuple[Values, ...]:
    """Return forms that show every input that there is, and what campaigns are like."""
    texts = [example("live-cart"), example("win-back")]
    read = [read_text(text, now_ms=NOW_MS, zone="Europe/Oslo") for text in texts]
    campaigns = [PAST, LIVE, *(each for each in read if isinstance(each, Campaign))]
    boxes = ("also", "clock", "zero", "not")
    rows = tuple(
        structs.replace(fresh_row(no, kind), name="Order", boxes=boxes, also=(Also(0, "B"),))
        for no, kind in enumerate(KINDS)
    )
    every = [
        Values(
            start=StartValues(
                *("A", "a", kind, "E"),
                also=(Also(0, "B"), Also(1, "C")),
                more=("also", "first", "hold"),
                wait=wait,
                not_also=(Also(0, "D"),),
                cancel=(Also(0, "E"),),
            ),
            who=WhoValues(rows, open=no, next=len(rows)),
            what=WhatValues("a = 1", topics=("more", "goal", "variants"), among=among),
            when=WhenValues(start, unit=unit, personal=personal),
            limits=LimitsValues(quiet="delay", topics=("user", "all", "control", "delivery")),
        )
        for no in range(len(rows))
        for kind in ("live", "past_behaviour")
        for wait, among, start, unit, personal in (
            ("delay", "split", "now", "days", "everybody"),
            ("without", "ab", "dates", "weeks", "user_zone"),
            ("date", "by_property", "repeat", "months", "user_property"),
            ("at_once", "split", "at", "weeks", "best_time"),
        )
    ]
    return (Values(), *map(to_values, campaigns), *every)


class WizardSends:
    """Makes payloads, and keeps the form that each comes from at the desk."""

    def __init__(self, chance: Random, desk: FakeDesk) -> None:
        self._chance = chance
        self._desk = desk
        self._forms = forms()
        self._tick = 0

    def next(self) -> Sent:
        """Return another payload."""
        chance, self._tick = self._chance, self._tick + 1
        values = self._values()
        view = view_of(values, Memo("C1", form=NEW)) | {"id": "V1", "hash": f"h{self._tick % 3}"}
        view["state"] = {"values": self._state(view["blocks"])}
        pressable = list(_pressable(view["blocks"]))
        menus = [each for each in pressable if "external" in str(each[1]["type"])]
        kind = chance.choice(TYPES if menus else TYPES[:3])
        user = {"id": ANA, "team_id": "T1"}
        payload: dict[str, Any] = {
            "type": kind,
            "user": user,
            "team": {"id": "T1"},
            "view": view,
            "trigger_id": "t",
        }
        if kind == "block_actions":
            block, element = chance.choice(pressable)
            payload["actions"] = [self._pressed(block, element)]
            payload["container"] = {"type": "view", "view_id": "V1"}
        if kind == "block_suggestion":
            block, element = chance.choice(menus)
            payload |= {"action_id": element["action_id"], "block_id": block["block_id"]}
            payload["value"] = chance.choice(NONSENSE)
        return Sent(kind, values.at.value, json.loads(json.dumps(payload)), whole=True)

    def _values(self) -> Values:
        chance = self._chance
        values = chance.choice(self._forms)
        seen = tuple(each for each in StepName if chance.random() < 0.5)
        values = structs.replace(values, at=chance.choice(tuple(StepName)), seen=seen)
        kept = values if chance.random() < 0.9 else chance.choice(self._forms)
        self._desk.forms[ANA, NEW] = msgspec.json.encode(kept).decode()
        return values

    def _state(self, blocks: list[dict[str, Any]]) -> dict[str, Any]:
        inputs = [each for each in blocks if each["type"] == "input"]
        return {
            each["block_id"]: {each["element"]["action_id"]: self._entered(each["element"])}
            for each in inputs
            if self._chance.random() < 0.98
        }

    def _entered(self, element: dict[str, Any]) -> dict[str, Any]:
        """Return what stands in an input: mostly what was drawn, else something else."""
        chance, kind = self._chance, element["type"]
        if chance.random() < 0.1:
            kind = chance.choice(["plain_text_input", "checkboxes", "datepicker", "radio_buttons"])
        options: list[Any] = list(element.get("options", ()))
        odd = chance.choice(NONSENSE)
        if chance.random() < 0.2:
            value = value_of(odd) if chance.random() < 0.5 else odd
            options = [{"text": {"type": "plain_text", "text": "x"}, "value": value}]
        match kind:
            case "checkboxes" | "multi_static_select" | "multi_external_select":
                first = element.get("initial_options", [])
                some = [each for each in options if chance.random() < 0.5]
                return {"type": kind, "selected_options": chance.choice([first, some, []])}
            case "static_select" | "radio_buttons" | "external_select":
                first = element.get("initial_option")
                return {"type": kind, "selected_option": chance.choice([first, *options, None])}
            case "datepicker" | "timepicker":
                name = kind.removesuffix("picker")
                first = element.get(f"initial_{name}")
                some_time = {"date": "2030-03-31", "time": "02:30"}[name]
                return {
                    "type": kind,
                    f"selected_{name}": chance.choice([first, some_time, odd, None]),
                }
            case _:
                first = element.get("initial_value")
                return {"type": kind, "value": chance.choice([first, first, odd, None])}

    def _pressed(self, block: dict[str, Any], element: dict[str, Any]) -> dict[str, Any]:
        chance = self._chance
        entered = self._entered(element)
        pressed = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block.get("block_id", "b"),
            "action_ts": f"{self._tick}.{chance.randrange(10)}",
        }
        if element["type"] == "button":
            odd = chance.choice(NONSENSE)
            return pressed | {"value": element.get("value") if chance.random() < 0.8 else odd}
        if element["type"] in ("overflow", "static_select"):
            options = [*element.get("options", ())]
            options += [o for group in element.get("option_groups", ()) for o in group["options"]]
            return pressed | {"selected_option": chance.choice(options)}
        return pressed | entered


def _pressable(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("element"), block.get("accessory")]
        for element in elements:
            if element is not None and "action_id" in element:
                yield block, element


def steps_reached() -> set[tuple[str, str]]:
    """Return every kind of payload that every step can send: two have no such menus."""
    menus = {"start", "who", "what", "when"}
    return {
        (kind, step)
        for kind in TYPES
        for step in (*map(str, STEPS), "review")
        if kind != "block_suggestion" or step in menus
    }
