"""Audiences, and of each field of theirs another value."""

from typing import Any

from tests.actors.every_option import Base

Data = dict[str, Any]

_BUY_A: Data = {"property": "sku", "op": "equals", "value": "a"}
_DEED: Data = {
    "event": "Buy",
    "where": [_BUY_A],
    "also": [{"event": "Pay", "where": [{"property": "genre", "op": "equals", "value": "jazz"}]}],
    "days": 40,
    "time_of_day": ["06:00", "20:00"],
    "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
}
_OF_DEED: Data = {
    "event": "View",
    "where": [],
    "where.0.property": "alias",
    "where.0.op": "not_equals",
    "where.0.value": "b",
    "also": [],
    "also.0.event": "View",
    "also.0.where": [],
    "days": 8,
    "time_of_day": ["20:00", "06:00"],
    "weekdays": ["sunday"],
}
_AMOUNT: Data = {
    "amount.op": ">",
    "amount.value": 3,
    "amount.include_zero": True,
    "property": "other",
}
_COUNT: Data = {"count.op": ">=", "count.value": 4, "count.include_zero": True}
_LESS: Data = {"op": "<", "value": 2}


def _deed(tag: str, own: Data | None = None, options: Data | None = None) -> Base:
    """Return an audience that asks one thing of what users did."""
    who = {"type": tag, **_DEED, **(own or {})}
    changed = {f"who.{path}": to for path, to in (_OF_DEED | (options or {})).items()}
    changed["who.period"] = _instead("who")
    return Base({"who": who}, changed)


def _instead(of: str) -> Data:
    return {"to": {"type": "hours", "last": 30}, "with": {f"{of}.days": "(none)"}}


def _when(period: Data, options: Data) -> Base:
    """Return an audience of those who bought in a time."""
    who = {"type": "did", "event": "Buy", "period": period}
    return Base({"who": who}, {f"who.period.{path}": to for path, to in options.items()})


def _trait(who: Data, options: Data) -> Base:
    return Base({"who": who}, {f"who.{path}": to for path, to in options.items()})


_PRO: Data = {"type": "property", "name": "plan", "op": "equals", "value": "pro"}
_OLD: Data = {"type": "age", "op": ">", "value": 40}
_STEP: Data = _DEED | {"where": [], "count": {"op": ">=", "value": 3}}
_NOT: Data = {key: value for key, value in _DEED.items() if key != "weekdays"} | {
    "event": "View",
    "also": [{"event": "Pay", "where": [{"property": "genre", "op": "equals", "value": "rock"}]}],
}


def _steps() -> Base:
    """Return an audience that asks for one value of a property in several things done."""
    who = {"type": "same_value", "property": "sku", "did": [_STEP], "did_not": [_NOT]}
    options: Data = {"who.property": "genre", "who.did_not": [], "who.did": [{"event": "View"}]}
    for which in ("did.0", "did_not.0"):
        at = f"who.{which}"
        for path, to in _OF_DEED.items():
            if not path.startswith(("also.", "where.")):
                options[f"{at}.{path}"] = to
        options[f"{at}.property"] = "alias"
        options[f"{at}.period"] = _instead(at)
    options["who.did.0.where"] = [_BUY_A]
    options["who.did.0.count"] = {"value": 5}
    options["who.did_not.0.event"] = "Pay"
    options["who.did_not.0.weekdays"] = ["monday"]
    return Base({"who": who}, options)


BASES: dict[str, Base] = {
    "did": _deed("did", {"count": _LESS}, _COUNT | {"count": {"value": 3}}),
    "did not": _deed("did_not"),
    "did first": _deed("did_first"),
    "did sum": _deed("did_sum", {"property": "price", "amount": _LESS}, _AMOUNT),
    "did average": _deed("did_average", {"property": "price", "amount": _LESS}, _AMOUNT),
    "did on days": _deed("did_on_days", {"count": _LESS}, {"count": {"value": 3}}),
    "did mostly": _deed(
        "did_mostly", {"property": "genre", "value": "jazz"}, {"property": "cart", "value": "rock"}
    ),
    "did share": _deed(
        "did_share",
        {"property": "genre", "value": "jazz", "percent": 50},
        {"property": "cart", "value": "rock", "percent": 90},
    ),
    "steps": _steps(),
    "hours": _when({"type": "hours", "last": 2}, {"last": 1}),
    "minutes": _when({"type": "minutes", "last": 100}, {"last": 30}),
    "days ago": _when({"type": "days_ago", "between": [5, 20]}, {"between": [15, 20]}),
    "dates": _when(
        {"type": "dates", "first": "2026-02-01", "last": "2026-02-20"},
        {"first": "2026-02-15", "last": "2026-02-05"},
    ),
    "all": _trait({"type": "all", "of": [_PRO, _OLD]}, {"of": [_PRO]}),
    "any": _trait({"type": "any", "of": [_PRO, _OLD]}, {"of": [_PRO]}),
    "not": _trait({"type": "not", "of": _PRO}, {"of": _OLD}),
    "property": _trait(_PRO, {"name": "first_name", "op": "not_equals", "value": "free"}),
    "age": _trait(_OLD, {"op": "<", "value": 60}),
    "gender": _trait({"type": "gender", "value": "female"}, {"value": "male"}),
    "geography": _trait(
        {"type": "geography", "country": ["NO"], "region": ["East"], "city": ["Oslo"]},
        {"country": ["SE"], "region": ["West"], "city": ["Bergen"]},
    ),
    "near": _trait(
        {"type": "near", "places": [{"latitude": 60.1, "longitude": 11.0, "km": 10}]},
        {
            "places": [{"latitude": 60.1, "longitude": 11.0, "km": 20}],
            "places.0.latitude": 60.3,
            "places.0.longitude": 11.2,
            "places.0.km": 25,
        },
    ),
    "reachability": _trait({"type": "reachability", "value": "email"}, {"value": "phone"}),
    "device": _trait(
        {"type": "device", "where": [{"property": "os", "op": "equals", "value": "iOS"}]},
        {"where": [{"property": "app_version", "op": ">", "value": "5.4"}]},
    ),
    "saved": _trait({"type": "saved", "name": "Pros"}, {"name": "Others"}),
    "list": _trait({"type": "list", "name": "Staff"}, {"name": "Guests"}),
}
