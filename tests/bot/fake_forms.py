"""Unfinished forms as the engine keeps them, in memory."""

from typing import TypeAlias

from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm

Kept: TypeAlias = dict[tuple[str, str], str]
"""Person and form -> what stands in it."""


def answer_form(kept: Kept, request: KeepForm | ShowForm | DropForm) -> FormStands:
    key = (request.by, request.form)
    match request:
        case KeepForm(body=body):
            kept[key] = body
        case DropForm():
            kept.pop(key, None)
    return FormStands(kept.get(key, ""))
