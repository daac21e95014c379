"""Opening the wizard: for a new campaign, for an edit, or for a copy under another name.

A modal that waits opens first: its trigger lasts 3 seconds, and the engine may take longer. What
somebody has begun before and not saved stands there again.
"""

from typing import Any

from msgspec import structs
from slack_sdk import WebClient

from actors.mail import CampaignView, Refused
from bot import answers, modals
from bot.blocks import clip
from bot.line import Caller, Line, Patience, tell, update_if_open
from bot.refs import Memo, Ref
from bot.wizard.frame import wizard_view
from bot.wizard.review import review_blocks
from bot.wizard.unfinished import NEW, Forms
from bot.wizard.values import Values, checked, to_values
from domain.campaign import Campaign
from domain.definition import NAME_CHARS_MAX

SAID_CHARS_MAX = 1_500
COPY = " (copy)"
GOES_ON = ":leftwards_arrow_with_hook: You had begun this: it stands as you left it."
OLDER = ":warning: It was edited since you began to change it; your unfinished changes are dropped."


def open_new(line: Line, forms: Forms, client: WebClient, trigger: str, caller: Caller) -> None:
    """Open what the person had begun, or an empty form."""
    memo = Memo(caller.channel, form=NEW)
    opened = client.views_open(trigger_id=trigger, view=modals.waiting_view(memo))
    patience = _patience(line, client, caller)
    found = forms.find(caller.user, NEW, patience)
    note = GOES_ON if found is not None and found != Values() else ""
    fresh = _begun(line, forms, caller, memo, found or Values(), patience, note)
    update_if_open(client, opened["view"]["id"], fresh)


def open_edit(
    line: Line,
    forms: Forms,
    client: WebClient,
    trigger: str,
    caller: Caller,
    name: str,
    *,
    copy: bool = False,
) -> None:
    """Open what the campaign is now; as a `copy` under another name, which edits nothing."""
    opened = client.views_open(trigger_id=trigger, view=modals.waiting_view(Memo(caller.channel)))
    patience = _patience(line, client, caller)
    found = line.find(name, patience)
    if isinstance(found, Refused):
        fresh = refused_view(found)
    elif copy:
        memo = Memo(caller.channel, form=f"copy of {found.id}")
        fresh = _begun(line, forms, caller, memo, to_values(_copy_of(found)), patience)
    else:
        fresh = _edited(line, forms, caller, found, patience)
    update_if_open(client, opened["view"]["id"], fresh)


def shown(
    line: Line, memo: Memo, values: Values, *, reach: str = "", note: str = ""
) -> dict[str, Any]:
    """Return the modal as it stands with these values."""
    now, zone = line.now_ms(), line.settings.zone
    looked = checked(values, now_ms=now, zone=zone)
    review = review_blocks(looked, zone=zone, now_ms=now, reach=reach)
    return wizard_view(values, looked, memo, zone=zone, reach=reach, review=review, note=note)


def refused_view(refused: Refused) -> dict[str, Any]:
    """Return a modal that says what is in the way."""
    return modals.said_view(clip(f"{refused.what} {refused.fix}", SAID_CHARS_MAX))


def _edited(
    line: Line, forms: Forms, caller: Caller, view: CampaignView, patience: Patience
) -> dict[str, Any]:
    memo = Memo(caller.channel, Ref.of(view), form=view.id)
    begun = forms.find(caller.user, view.id, patience)
    if isinstance(begun, Refused):
        return refused_view(begun)
    fresh = to_values(view.definition, base=view.hash)
    if begun is not None and begun.base == view.hash:
        changed = structs.replace(begun, at=fresh.at, seen=fresh.seen) != fresh
        return shown(line, memo, begun, note=GOES_ON if changed else "")
    note = OLDER if begun is not None and begun.seen else ""
    return _begun(line, forms, caller, memo, fresh, patience, note)


def _begun(
    line: Line,
    forms: Forms,
    caller: Caller,
    memo: Memo,
    values: Values | Refused,
    patience: Patience,
    note: str = "",
) -> dict[str, Any]:
    """Keep the values from the first moment on, so that every later click finds them."""
    if isinstance(values, Refused):
        return refused_view(values)
    refused = forms.keep(caller.user, memo.form, values, patience)
    return shown(line, memo, values, note=note) if refused is None else refused_view(refused)


def _patience(line: Line, client: WebClient, caller: Caller) -> Patience:
    return line.patience(lambda: tell(client, caller, answers.working()))


def _copy_of(view: CampaignView) -> Campaign:
    name = view.definition.name[: NAME_CHARS_MAX - len(COPY)].rstrip() + COPY
    return structs.replace(view.definition, name=name)
