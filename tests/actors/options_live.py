"""Live campaigns, and of each field of theirs another value."""

from typing import Any

from domain.frequency import GlobalLimits, Rolling
from tests.actors.every_option import Base

Data = dict[str, Any]

_CART: Data = {"event": "Cart"}
_PRICED: Data = {"property": "price", "op": ">", "value": 2}
_JAZZ: Data = {"property": "genre", "op": "equals", "value": "jazz"}
_ONE_AN_HOUR = GlobalLimits(rules=(Rolling(max=1, minutes=60),))


def _live(trigger: Data, options: Data, **more: Any) -> Base:
    house = {name: more.pop(name) for name in ("alone", "deeds", "house") if name in more}
    return Base({"kind": "live", "trigger": trigger, **more}, options, **house)


BASES: dict[str, Base] = {
    "live": _live(
        _CART | {"where": [_PRICED], "also": [{"event": "Pay", "where": [_JAZZ]}]},
        {
            "trigger.event": "Order",
            "trigger.where": [],
            "trigger.also": [],
            "trigger.also.0.where": [],
            "trigger.first_time": True,
            "trigger.delay_minutes": 30,
            "trigger.without": {"event": "Order", "within_minutes": 30},
            "trigger.date": {"property": "leaves", "before_minutes": 10},
            "what.event_properties": ["price"],
            "limits.safety_per_hour": 8,
            "when.end": "2026-03-20T12:46",
        },
    ),
    "rechecked": _live(
        _CART | {"delay_minutes": 45},
        {"trigger.recheck": False},
        who={"type": "did", "event": "Order", "period": {"type": "minutes", "last": 90}},
    ),
    "without": _live(
        _CART
        | {
            "without": {
                "event": "Order",
                "within_minutes": 60,
                "where": [_PRICED],
                "also": [{"event": "Drop", "where": [_JAZZ]}],
                "same_property": "cart",
            }
        },
        {
            "trigger.without.event": "Pay",
            "trigger.without.within_minutes": 100,
            "trigger.without.where": [],
            "trigger.without.also": [],
            "trigger.without.also.0.event": "Pay",
            "trigger.without.also.0.property": "genre",
            "trigger.without.same_property": "genre",
            "trigger.without.property": "basket",
            "trigger.without.on_repeat": "keep",
            "trigger.without.grace_seconds": 600,
        },
    ),
    "trip": _live(
        {
            "event": "Trip",
            "date": {
                "property": "leaves",
                "before_minutes": 30,
                "same_property": "cart",
                "cancel": [{"event": "Drop"}],
            },
        },
        {
            "trigger.date.property": "lands",
            "trigger.date.before_minutes": 60,
            "trigger.date.after_minutes": {
                "to": 30,
                "with": {"trigger.date.before_minutes": "(none)"},
            },
            "trigger.date.same_property": "(none)",
            "trigger.date.cancel": [],
        },
    ),
    "paused": _live(_CART, {"on_pause": "hold"}, deeds=True),
    "limited": _live(
        _CART,
        {
            "limits.ignore_global": True,
            "limits.count_towards_global": False,
            "limits.over_global": "queue",
        },
        alone=True,
        house=_ONE_AN_HOUR,
    ),
}
