"""Modals and home tabs: what each person has open, checked, numbered and kept over updates."""

import random
from collections.abc import Callable
from typing import Any, Final

import msgspec

from sandbox.slack import limits, objects, workspace
from sandbox.slack.blocks import block_problems, interactive, with_ids
from sandbox.slack.checks import Report, anything, boolean, one_of, shape, string
from sandbox.slack.feed import Feed
from sandbox.slack.refusal import Refused
from sandbox.slack.values import kept_values

_words = objects.plain(limits.VIEW_TITLE_CHARACTERS_MAX)
_common = {
    "private_metadata": string(limits.PRIVATE_METADATA_CHARACTERS_MAX, least=0),
    "callback_id": string(limits.CALLBACK_ID_CHARACTERS_MAX, least=0),
    "external_id": string(limits.EXTERNAL_ID_CHARACTERS_MAX, least=0),
}
_modal = shape(
    {"type": one_of("modal"), "title": _words, "blocks": anything},
    {
        **_common,
        "submit": _words,
        "close": _words,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_home = shape({"type": one_of("home"), "blocks": anything}, _common)
VIEWS_MAX: Final = 1_000

Values = dict[str, dict[str, Any]]


class View(msgspec.Struct):
    """One view of one user: what the bot asked for, and what the person entered so far."""

    id: str
    user: str
    root: str
    previous: str | None
    definition: dict[str, Any]
    hash: str
    values: Values
    errors: dict[str, str] = {}
    revision: int = 0
    open: bool = True

    def json(self) -> dict[str, Any]:
        """The view as Slack sends it."""
        given = self.definition
        shown = {
            "id": self.id,
            "team_id": workspace.TEAM,
            "type": given["type"],
            "blocks": given["blocks"],
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": given.get("title"),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": workspace.APP,
            "external_id": given.get("external_id", ""),
            "app_installed_team_id": workspace.TEAM,
            "bot_id": workspace.BOT,
        }
        if "submit_disabled" in given:
            shown["submit_disabled"] = given["submit_disabled"]
        return shown


def view_problems(
    view: Any,
    kinds: tuple[str, ...],
    files: Callable[[str], bool],
) -> list[str]:
    """Every problem of a view that the bot sent, in Slack's words."""
    kind = view.get("type") if isinstance(view, dict) else None
    report = Report("home" if kind == "home" else "modal", files)
    if kind not in kinds:
        report.add(f"must be one of: {', '.join(kinds)}", "/view/type")
        return report.problems
    (_home if kind == "home" else _modal)(report, view, "/view")
    blocks = view.get("blocks")
    problems = block_problems(blocks, report.surface, pointer="/view/blocks", files=files)
    has_input = isinstance(blocks, list) and any(
        isinstance(each, dict) and each.get("type") == "input" for each in blocks
    )
    if kind == "modal" and has_input and "submit" not in view:
        problems.append("submit is required when an input is in blocks [json-pointer:/view]")
    return report.problems + problems


class Views:
    """The stacks of open modals (the last one is on top) and the home tab of every user."""

    def __init__(
        self,
        now: Callable[[], float],
        chance: random.Random,
        feed: Feed,
        files: Callable[[str], bool],
    ) -> None:
        self._now = now
        self._chance = chance
        self._feed = feed
        self._files = files
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """The user's open modals, bottom first."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """What the bot published on the user's home tab."""
        return self._homes.get(user)

    def checked(self, view: Any, *kinds: str) -> dict[str, Any]:
        """The view with all its ids, or every reason why Slack refuses it."""
        problems = view_problems(view, kinds, self._files)
        if problems:
            raise Refused("invalid_arguments", *problems)
        if len(msgspec.json.encode(view)) > limits.VIEW_BYTES_MAX:
            raise Refused("view_too_large")
        return {**view, "blocks": with_ids(view["blocks"])}

    def open(self, user: str, definition: dict[str, Any], channel: str | None = None) -> View:
        """Put a modal on top of what the user has open, where they stand in `channel`."""
        stack = self._stacks.setdefault(user, [])
        if len(stack) >= limits.VIEW_STACK_MAX:
            raise Refused("push_limit_reached")
        self._own_external_id(definition, None)
        name = self._new_id()
        root, previous = (stack[0].id, stack[-1].id) if stack else (name, None)
        view = View(name, user, root, previous, definition, self._new_hash(), {})
        view.values = kept_values(definition["blocks"], {}, channel)
        self._remember(view)
        stack.append(view)
        self._feed.changed()
        return view

    def publish(self, user: str, definition: dict[str, Any], given_hash: object) -> View:
        """Show a view on the user's home tab."""
        old = self._homes.get(user)
        if given_hash is not None and (old is None or given_hash != old.hash):
            raise Refused("hash_conflict")
        name = old.id if old else self._new_id()
        values = kept_values(definition["blocks"], old.values if old else {})
        view = View(name, user, name, None, definition, self._new_hash(), values)
        view.revision = old.revision + 1 if old else 0
        self._homes[user] = view
        self._remember(view)
        self._feed.changed()
        return view

    def update(self, view: View, definition: dict[str, Any], given_hash: object = None) -> View:
        """Replace a view's definition; what was entered stays where block and action id stay."""
        if given_hash is not None and given_hash != view.hash:
            raise Refused("hash_conflict")
        self._own_external_id(definition, view)
        view.definition = definition
        view.values = kept_values(definition["blocks"], view.values)
        view.hash = self._new_hash()
        view.errors = {}
        view.revision += 1
        self._feed.changed()
        return view

    def find(self, view_id: object, external_id: object = None) -> View:
        """An open view by its id, or by the id that the bot gave it."""
        for view in self._views.values():
            named = view.id == view_id
            if external_id and view.definition.get("external_id") == external_id:
                named = True
            if named and view.open:
                return view
        raise Refused("not_found")

    def was_open(self, view_id: object) -> bool:
        """Whether this was a view once that its person has closed or submitted since."""
        return any(view.id == view_id and not view.open for view in self._views.values())

    def close(self, view: View) -> None:
        """Take a modal away, with everything above it."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            place = stack.index(view)
            for gone in stack[place:]:
                gone.open = False
            del stack[place:]
            self._feed.changed()

    def clear(self, user: str) -> None:
        """Take all of the user's modals away."""
        for view in self.stack(user)[:1]:
            self.close(view)

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Write an error beneath some inputs."""
        view.errors = dict(errors)
        view.revision += 1
        self._feed.changed()

    def _remember(self, view: View) -> None:
        self._views[view.id] = view
        if len(self._views) > VIEWS_MAX:
            gone = next((name for name, each in self._views.items() if not each.open), None)
            if gone is not None:
                del self._views[gone]

    def _own_external_id(self, definition: dict[str, Any], own: View | None) -> None:
        wanted = definition.get("external_id")
        for view in self._views.values():
            taken = view is not own and view.open and view.definition.get("external_id") == wanted
            if wanted and taken:
                raise Refused("duplicate_external_id")

    def _new_id(self) -> str:
        return "V" + f"{self._chance.getrandbits(40):010X}"

    def _new_hash(self) -> str:
        return f"{int(self._now())}.{self._chance.getrandbits(32):08x}"


def find_element(
    blocks: list[dict[str, Any]],
    action_id: str,
    block_id: str | None,
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The block and the interactive element with these ids; None where there is no such."""
    for block in blocks:
        for element in interactive(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    return None
