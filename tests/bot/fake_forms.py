"""Unfinished forms as the engine keeps them, what their menus are offered, and texts judged."""

from typing import TypeAlias

from actors.mail import Done, Refused
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from actors.mail_names import FindNames, NamesFound, Offered, Wanted
from actors.mail_text import CheckText
from domain import toml_source
from domain.campaign import Campaign
from domain.problem import Problem

Kept: TypeAlias = dict[tuple[str, str], str]
"""Person and form -> what stands in it."""

NAMES: dict[Wanted, tuple[Offered, ...]] = {
    "event": (Offered("Order Completed", 12_345), Offered("Product Viewed", 7)),
    "trait": (
        Offered("plan", 900, ("text",)),
        Offered("age", 800, ("number",)),
        Offered("birthday", 700, ("time",)),
        Offered("vip", 600, ("flag",)),
        Offered("likes", 500, ("list",)),
        Offered("odd", 400, ("text", "number")),
    ),
    "property": (Offered("price", 12_000, ("number",)), Offered("category", 11_000, ("text",))),
    "value": (Offered("shoes", 80, ("text",)), Offered("hats", 40, ("text",))),
    "audience": (Offered("Loyal"),),
    "list": (Offered("VIPs"),),
}


def answer_form(
    kept: Kept, request: KeepForm | ShowForm | DropForm | FindNames | CheckText
) -> FormStands | NamesFound | Done | Refused:
    if isinstance(request, CheckText):
        return _checked(request)
    if isinstance(request, FindNames):
        every = [one for one in NAMES[request.wanted] if request.typed in one.name]
        same = [one for one in every if one.name == request.typed]
        return NamesFound(tuple(dict.fromkeys([*same, *every]))[: request.at_most])
    key = (request.by, request.form)
    match request:
        case KeepForm(body=body):
            kept[key] = body
        case DropForm():
            kept.pop(key, None)
    return FormStands(kept.get(key, ""))


def _checked(request: CheckText) -> Done | Refused:
    """Judge a text; what has problems also names a list that is not there."""
    found = toml_source.check(request.text, now_ms=0, zone="UTC")
    if isinstance(found, Campaign):
        return Done("It is in order.")
    unknown = Problem("who.name", 'There is no list "VIPs".', "Upload it first.", line=9)
    return Refused("It has problems.", "Correct them.", (*found, unknown))
