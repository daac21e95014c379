"""What a person can do in a modal or on the home tab: enter, choose, submit, close."""

from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.slack import payloads, workspace
from sandbox.slack.acts import Outcome, accepted_options
from sandbox.slack.courier import Courier, Reply
from sandbox.slack.offered import Offered
from sandbox.slack.refusal import NotPossible, Refused
from sandbox.slack.values import FILES, Entered, entered, has_state, input_errors
from sandbox.slack.views import View, find_element
from sandbox.slack.world import World


class ModalActs:
    """The acts of people in views; `emit` sends an event, `notify` a payload, in the background."""

    def __init__(
        self,
        world: World,
        courier: Courier,
        emit: Callable[[dict[str, Any]], None],
        notify: Callable[[dict[str, Any]], None],
    ) -> None:
        self._world = world
        self._courier = courier
        self._emit = emit
        self._notify = notify
        self._offered = Offered()

    def open_home(self, user: str) -> None:
        """Look at the bot's home tab; the bot is told, and may publish something there."""
        inner: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": "D" + user[1:],
            "tab": "home",
            "event_ts": self._world.messages.new_ts(),
        }
        home = self._world.views.home(user)
        self._emit(inner if home is None else inner | {"view": home.json()})

    def enter(self, user: str, view_id: str, values: Entered) -> View:
        """Fill in some inputs, without telling the bot."""
        view = self._view(user, view_id)
        for block_id, elements in values.items():
            for action_id, value in elements.items():
                found = find_element(view.definition["blocks"], action_id, block_id)
                if found is None or not has_state(found[1]):
                    raise NotPossible(f"the view has no input {block_id}/{action_id}")
                offered = self._choices(view, *found)
                view.values[block_id][action_id] = entered(found[1], value, offered)
        return view

    def still_there(self, user: str, view_id: str, values: Entered) -> Entered:
        """Of what a page remembers, what the view has inputs for: the bot may have drawn others."""
        blocks = self._view(user, view_id).definition["blocks"]
        kept: Entered = {}
        for block_id, elements in values.items():
            for action_id, value in elements.items():
                found = find_element(blocks, action_id, block_id)
                if found is not None and has_state(found[1]):
                    kept.setdefault(block_id, {})[action_id] = value
        return kept

    async def change(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Entered | None = None,
    ) -> Outcome:
        """Use one element: press a button, or choose or type `value`; `values` are the others.

        The bot hears of it unless the element is in an input block without dispatch_action.
        """
        view = self.enter(user, view_id, values or {})
        block, element = self._element(view, action_id, block_id)
        state = None
        if element["type"] != "button":
            offered = self._choices(view, block, element)
            state = entered(element, value, offered)
            if has_state(element):
                view.values[block["block_id"]][action_id] = state
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Outcome()
        done = payloads.action(block, element, state, self._world.messages.new_ts())
        payload = payloads.view_action(self._world, user, view, done)
        return Outcome((await self._courier.deliver("interactive", payload)).error)

    async def suggest(
        self,
        user: str,
        view_id: str,
        action_id: str,
        typed: str,
        *,
        block_id: str | None = None,
    ) -> list[dict[str, Any]]:
        """The options that the bot offers for what was typed in an external select."""
        view = self._view(user, view_id)
        block, element = self._element(view, action_id, block_id)
        if not element["type"].endswith("external_select"):
            raise NotPossible(f"{action_id} does not ask the bot for options")
        payload = payloads.suggestion(user, view, block, element, typed)
        options = accepted_options(self._world, await self._courier.deliver("interactive", payload))
        chosen = view.values.get(block["block_id"], {}).get(action_id)
        if chosen is None:  # the bot took the menu away while it was asked
            return options
        kept = chosen.get("selected_options") or [chosen.get("selected_option")]
        known = [*options, *(each for each in kept if each)]
        self._offered.add((view.id, block["block_id"], action_id), known)
        return options

    async def submit(self, user: str, view_id: str, values: Entered | None = None) -> Outcome:
        """Press the submit button; what the bot answers decides what is open afterwards."""
        view = self.enter(user, view_id, values or {})
        if self._world.views.stack(user)[-1:] != [view]:
            raise NotPossible("only the modal on top can be submitted")
        if "submit" not in view.definition:
            raise NotPossible("the modal has no submit button")
        wrong = input_errors(view.definition["blocks"], view.values)
        self._world.views.show_errors(view, wrong)
        if wrong:
            return Outcome(errors=wrong)
        payload = payloads.view_submission(self._world, user, view)
        reply = await self._courier.deliver("interactive", payload)
        if reply.error is not None:
            return Outcome(reply.error)
        return self._answered(view, reply)

    def close(self, user: str, view_id: str) -> None:
        """Close a modal; the bot hears of it if it asked to."""
        view = self._view(user, view_id)
        cleared = bool(view.definition.get("clear_on_close"))
        closing = self._world.views.stack(user) if cleared else [view]
        if view.definition["type"] != "modal":
            raise NotPossible("a home tab cannot be closed")
        for each in closing:
            if each.definition.get("notify_on_close"):
                self._notify(payloads.view_closed(user, each, cleared=cleared))
        if cleared:
            self._world.views.clear(user)
        else:
            self._world.views.close(view)

    def _answered(self, view: View, reply: Reply) -> Outcome:
        """Do what the bot's answer to a submission says; what Slack would not do is a complaint."""
        views, body = self._world.views, reply.body or {}
        try:
            match body.get("response_action") if isinstance(body, dict) else "?":
                case None:
                    views.close(view)
                case "clear":
                    views.clear(view.user)
                case "errors":
                    errors = _known_errors(view, body.get("errors"))
                    views.show_errors(view, errors)
                    return Outcome(errors=errors)
                case "update":
                    views.update(view, views.checked(body.get("view"), "modal"))
                case "push":
                    views.open(view.user, views.checked(body.get("view"), "modal"))
                case other:
                    _refuse(other)
        except Refused as refused:
            self._world.complain("view_submission", refused.error, *refused.messages)
            return Outcome(refused.error)
        return Outcome()

    def upload(self, user: str, name: str, content: bytes) -> dict[str, Any]:
        """Put a file where a file input can take it; the file as Slack tells of it."""
        if user not in workspace.MARKETERS:
            raise NotPossible(f"there is no marketer {user!r}")
        files = self._world.files
        return files.json(files.upload(user, name, content), self._world.base)

    def _choices(
        self, view: View, block: dict[str, Any], element: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What may be chosen there that the element does not list itself."""
        if element["type"] == FILES:
            files = self._world.files
            return [files.json(each, self._world.base) for each in files.of(view.user)]
        return self._offered.of((view.id, block["block_id"], element["action_id"]))

    def _view(self, user: str, view_id: str) -> View:
        try:
            view = self._world.views.find(view_id)
        except Refused:
            view = None
        if view is None or view.user != user:
            raise NotPossible(f"{user} has no view {view_id!r} open")
        return view

    def _element(
        self,
        view: View,
        action_id: str,
        block_id: str | None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        found = find_element(view.definition["blocks"], action_id, block_id)
        if found is None:
            raise NotPossible(f"the view has no element {action_id!r}")
        return found


def _refuse(response_action: object) -> NoReturn:
    raise Refused("invalid_response_action", f"{response_action!r} is not known")


def _known_errors(view: View, errors: object) -> dict[str, str]:
    """Errors that name input blocks of the view; anything else Slack turns down whole."""
    inputs = {each["block_id"] for each in view.definition["blocks"] if each["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_errors", "`errors` must map block ids to words")
    unknown = sorted(str(name) for name in errors if name not in inputs)
    if unknown:
        raise Refused("invalid_errors", *(f"no input block {name}" for name in unknown))
    return {str(name): str(words) for name, words in errors.items()}
