"""Campaigns with runs, and of each field of theirs but the audience another value."""

from typing import Any

from tests.actors.every_option import Base

Data = dict[str, Any]

_CART: Data = {"event": "Cart"}
_PRICED: Data = {"property": "price", "op": ">", "value": 2}
_JAZZ: Data = {"property": "genre", "op": "equals", "value": "jazz"}
_PRO: Data = {"type": "property", "name": "plan", "op": "equals", "value": "pro"}
_QUIET: Data = {"start": "12:00", "end": "13:00"}


def _run(options: Data, **more: Any) -> Base:
    house = {name: more.pop(name) for name in ("alone", "hours", "unsure") if name in more}
    return Base(more, options, **house)


def _own(by: str, options: Data, **more: Any) -> Base:
    """Return a run at each user's own time: of a day that has begun in the east."""
    noon = "12:00" if by == "user_zone" else "00:00"
    when = {
        "start": f"2026-03-20T{noon}",
        "zone": "Pacific/Honolulu",
        "personal": {"by": by, **more},
    }
    return Base({"when": when}, {f"when.personal.{path}": to for path, to in options.items()})


def _daily(repeat: Data, options: Data) -> Base:
    when = {"start": "2026-03-21T09:00", "repeat": repeat}
    return Base({"when": when}, {f"when.{path}": to for path, to in options.items()})


_WHAT: Data = {
    "event": "Sent",
    "profile": ["plan"],
    "key_values": {"hello": "Hi {{ Profile.first_name }}"},
}
_VARIANT: Data = {"name": "A", "key_values": {"x": "1"}}
_OTHER: Data = {"name": "B", "key_values": {"x": "2"}}
_PARTS: Data = {"type": "split", "of": [_VARIANT | {"percent": 50}, _OTHER | {"percent": 50}]}
_TEST: Data = {"type": "ab", "of": [_VARIANT, _OTHER], "test_users": 20, "wait_minutes": 60}
_CASES: Data = {
    "type": "by_property",
    "property": "plan",
    "of": [{"name": "A", "values": ["pro"], "key_values": {"x": "1"}}],
    "otherwise": _OTHER,
}
_GOAL: Data = {"event": "Order", "where": [_JAZZ], "window_minutes": 120, "revenue": "price"}

BASES: dict[str, Base] = {
    "plain": _run(
        {
            "name": "Another",
            "kind": {"to": "live", "with": {"trigger": _CART}},
            "labels": ["spring"],
            "who": _PRO,
            "when": {"start": "2026-03-20T13:00"},
            "what": {"event": "Other"},
            "goal": _GOAL,
            "variants": _CASES,
            "do_not_disturb": _QUIET | {"end": "10:00"},
            "delivery": {"messages_per_5_minutes": 5},
            "limits": {"safety_limit": 1},
            "limits.system_control": False,
            "limits.control_groups": ["quiet"],
            "limits.safety_limit": 10,
            "delivery.messages_per_5_minutes": 2,
            "delivery.anonymous": True,
        }
    ),
    "what": _run(
        {
            "what.event": "Other",
            "what.email": False,
            "what.identity": False,
            "what.profile": ["score"],
            "what.key_values": {"hello": "Ho"},
            "what.required": ["hello"],
            "what.object_id": True,
            "what.push_tokens": True,
            "what.identify": ["plan"],
        },
        what=_WHAT | {"key_values": {"hello": "{{ Profile.first_name }}"}},
    ),
    "alone": _run(
        {
            "limits.cap_total": 3,
            "limits.cap_per_run": 4,
            "limits.portion_percent": 30,
            "limits.control_percent": 40,
            "variants": _PARTS,
        },
        alone=True,
        hours=3,
    ),
    "parts": _run(
        {
            "variants.of": [_VARIANT | {"percent": 50}, {"name": "C", "percent": 50}],
            "variants.of.0.name": "D",
            "variants.of.0.percent": {"to": 90, "with": {"variants.of.1.percent": 10}},
            "variants.of.0.key_values": {"x": "3"},
        },
        variants=_PARTS,
        alone=True,
        hours=3,
    ),
    "test": _run(
        {
            "variants.of": [_VARIANT, _OTHER, {"name": "C"}],
            "variants.of.0.name": "D",
            "variants.of.0.key_values": {"x": "3"},
            "variants.test_users": 6,
            "variants.test_percent": {"to": 10, "with": {"variants.test_users": "(none)"}},
            "variants.wait_minutes": 200,
        },
        variants=_TEST,
        goal={"event": "Order"},
        alone=True,
        hours=4,
    ),
    "cases": _run(
        {
            "variants.property": "country",
            "variants.of": [{"name": "C", "values": ["free"]}],
            "variants.otherwise": _VARIANT | {"name": "Z"},
            "variants.of.0.name": "D",
            "variants.of.0.values": ["free"],
            "variants.of.0.key_values": {"x": "3"},
        },
        variants=_CASES,
    ),
    "goal": _run(
        {
            "goal.event": "Cart",
            "goal.where": [],
            "goal.window_minutes": 30,
            "goal.revenue": "score",
        },
        goal=_GOAL,
    ),
    "moments": _run({"when.start": "2026-03-20T14:00"}, when={"start": "2026-03-20T13:00"}),
    "zone": _run({"when.zone": "UTC"}, when={"start": "2026-03-20T13:00"}),
    "several dates": _run(
        {
            "when.dates": ["2026-03-20T13:00"],
            "limits.per_user_max": 1,
            "limits.per_user_minutes": 90,
        },
        when={"dates": ["2026-03-20T13:00", "2026-03-20T14:00"]},
    ),
    "cut off": _run(
        {
            "when.cutoff": "12:30",
            "do_not_disturb.start": "12:20",
            "do_not_disturb.end": "14:00",
            "do_not_disturb.mode": "discard",
            "do_not_disturb.days": ["monday"],
            "do_not_disturb.also": [{"start": "13:00", "end": "14:00"}],
        },
        when={"start": "2026-03-20T12:10"},
        do_not_disturb=_QUIET,
    ),
    "windows": _run(
        {
            "do_not_disturb.also.0.start": "12:20",
            "do_not_disturb.also.0.end": "14:00",
            "do_not_disturb.also.0.days": ["monday"],
        },
        when={"start": "2026-03-20T12:10"},
        do_not_disturb={
            "start": "00:00",
            "end": "01:00",
            "also": [{"start": "12:00", "end": "13:00"}],
        },
    ),
    "days": _daily(
        {"unit": "days"},
        {
            "repeat.every": 2,
            "end": "2026-03-22T09:00",
            "repeat": {"unit": "weeks", "weekdays": ["monday"]},
        },
    ),
    "weeks": _daily(
        {"unit": "weeks", "weekdays": ["monday"]},
        {"repeat.every": 2, "repeat.weekdays": ["friday"]},
    ),
    "months": _daily(
        {"unit": "months", "days": [31], "nth": [{"week": "first", "weekday": "monday"}]},
        {
            "repeat.every": 2,
            "repeat.days": [30],
            "repeat.nth": [],
            "repeat.short_month": "last_day",
            "repeat.nth.0.week": "last",
            "repeat.nth.0.weekday": "friday",
        },
    ),
    "held": _run(
        {"limits.stop_on_block": True},
        when={"dates": ["2026-03-20T11:00", "2026-03-20T11:30"]},
        limits={"safety_limit": 5},
    ),
    "personal": _run({"when.personal": {"by": "user_zone"}}, when={"start": "2026-03-20T12:00"}),
    "by zone": _own("user_zone", {"past": "next_day", "unknown_zone": "drop"}),
    "capped": Base(
        {
            "when": {"start": "2026-03-20T12:00", "personal": {"by": "user_zone"}},
            "limits": {"cap_per_day": 30},
        },
        {"limits.cap_per_day": 2},
        alone=True,
        hours=3,
    ),
    "by wish": _own(
        "user_property",
        {
            "property": "other_minute",
            "otherwise": "15:00",
            "past": "next_day",
            "unknown_zone": "drop",
        },
        property="minute",
    ),
    "by habit": _own(
        "best_time",
        {"event": "View", "otherwise": "15:00", "past": "next_day", "unknown_zone": "drop"},
        event="Pay",
    ),
    "unsure": _run(
        {"delivery.on_ambiguous": "hold", "delivery.expires_minutes": 20},
        alone=True,
        hours=3,
        unsure=True,
    ),
}
