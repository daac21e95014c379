"""Opening a definition for somebody to change: in the form if it says all of it, else as text."""

from typing import Any

from msgspec import structs
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import CampaignView, Refused
from bot import answers, forms, modals, paste
from bot.blocks import clip
from bot.form_writing import to_values
from bot.line import Caller, Line, answered, tell
from bot.refs import Memo, Ref
from domain.campaign import Campaign
from domain.definition import NAME_CHARS_MAX

SAID_CHARS_MAX = 1_500
COPY = " (copy)"


def open_edit(
    line: Line, client: WebClient, trigger: str, caller: Caller, name: str, *, copy: bool = False
) -> None:
    """Open what the campaign is now; as a `copy` under another name, which edits nothing.

    A modal that waits opens first: its trigger lasts 3 seconds, and the engine may take longer.
    """
    opened = client.views_open(trigger_id=trigger, view=modals.waiting_view(Memo(caller.channel)))
    found = line.find(name, line.patience(lambda: tell(client, caller, answers.working())))
    if isinstance(found, Refused):
        fresh = modals.said_view(clip(f"{found.what} {found.fix}", SAID_CHARS_MAX))
    elif copy:
        fresh = _view(_copy_of(found), Memo(caller.channel), line.settings.zone)
    else:
        fresh = _view(found.definition, Memo(caller.channel, Ref.of(found)), line.settings.zone)
    update_if_open(client, opened["view"]["id"], fresh)


def update_if_open(client: WebClient, view_id: str, fresh: dict[str, Any]) -> None:
    """Replace a modal; if it was closed meanwhile, nobody waits for it."""
    try:
        client.views_update(view_id=view_id, view=fresh)
    except SlackApiError as error:
        if answered(error) != "not_found":
            raise


def _copy_of(view: CampaignView) -> Campaign:
    name = view.definition.name[: NAME_CHARS_MAX - len(COPY)].rstrip() + COPY
    return structs.replace(view.definition, name=name)


def _view(definition: Campaign, memo: Memo, zone: str) -> dict[str, Any]:
    values = to_values(definition)
    if values is not None:
        return forms.draft_view(values, memo, zone=zone)
    text = paste.write_text(definition)
    if text is not None:
        return modals.paste_view(memo, text)
    return modals.said_view(
        "This definition is too long for Slack.",
        "Change it in its file, and give it to `clarion campaign draft FILE`.",
    )
