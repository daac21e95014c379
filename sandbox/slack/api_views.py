"""The views.* methods: modals opened, pushed and updated, and the home tab published."""

from typing import Any

from sandbox.slack.refusal import Refused
from sandbox.slack.world import World

Args = dict[str, Any]
Answer = dict[str, Any]


def _view(args: Args) -> Any:
    if "view" not in args:
        raise Refused("invalid_arguments", "missing required field: view [json-pointer:/]")
    return args["view"]


def open_view(world: World, args: Args) -> Answer:
    """views.open: the trigger is spent only by a view that Slack accepts."""
    definition = world.views.checked(_view(args), "modal")
    trigger = world.tickets.trade_trigger(args.get("trigger_id"))
    view = world.views.open(trigger.user, definition, trigger.channel)
    return {"view": view.json()}


def push(world: World, args: Args) -> Answer:
    """views.push: on top of a modal that is open."""
    definition = world.views.checked(_view(args), "modal")
    trigger = world.tickets.trade_trigger(args.get("trigger_id"))
    if not world.views.stack(trigger.user):
        raise Refused("not_found")
    return {"view": world.views.open(trigger.user, definition, trigger.channel).json()}


def update(world: World, args: Args) -> Answer:
    """views.update, by view id or external id, guarded by the hash if one is given."""
    given = _view(args)
    view_id, external_id = args.get("view_id"), args.get("external_id")
    if not view_id and not external_id:
        raise Refused("invalid_arguments", "missing required field: view_id [json-pointer:/]")
    view = world.views.find(view_id, external_id)
    definition = world.views.checked(given, view.definition["type"])
    return {"view": world.views.update(view, definition, args.get("hash")).json()}


def publish(world: World, args: Args) -> Answer:
    """views.publish."""
    person = world.person(args.get("user_id"))
    definition = world.views.checked(_view(args), "home")
    return {"view": world.views.publish(person.id, definition, args.get("hash")).json()}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
