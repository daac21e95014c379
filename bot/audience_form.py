"""The form that keeps an audience under a name: that of the wizard, of a campaign, or of a text."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from actors.mail import CampaignLine
from actors.mail_audience import AudienceShown
from bot import words
from bot.blocks import Block, clip, context, section
from bot.ids import ActionId, Field, ViewId
from bot.inputs import Errors, input_block, modal, select, text_input
from bot.refs import Memo, write_memo
from domain.phrases import INDENT
from domain.telling import describe_node
from store.names import NAME_CHARS_MAX, BadName, clean

CAMPAIGNS_MAX = 99
"""A menu of Slack's has 100 options, and one of them says that it is none of these."""
NO_CAMPAIGN = "none"
USED_SHOWN_MAX = 20
LINES_CHARS_MAX = 1_500
WITHOUT_TOML = (
    "Without TOML: add the conditions in the step Who of a campaign, and press Save as an audience."
)
EXAMPLE = """\
[who]
type = "did"
event = "Order Completed"
days = 30
"""


class Wanted(Struct, frozen=True):
    """What was entered: the name; and the campaign's id or the text that says who, if asked."""

    name: str
    campaign: str = ""
    text: str = ""


def save_form(
    memo: Memo,
    wanted: Wanted,
    *,
    campaigns: Sequence[CampaignLine] = (),
    there: AudienceShown | None = None,
) -> dict[str, Any]:
    """Return the form; `memo.form` names the wizard whose conditions are kept, so none are asked.

    `there` is what has the name already: it says what would be replaced, and who uses it.
    """
    blocks: list[Block] = [] if there is None else _there(there)
    if there is None:
        of = "These conditions" if memo.form else "An audience"
        blocks.append(section(f"{of} under a name, which any campaign can ask for."))
    name = text_input(wanted.name, placeholder="Northern buyers", chars_max=NAME_CHARS_MAX)
    blocks.append(input_block(Field.NAME, "Name", name))
    if not memo.form:
        blocks += _sources(wanted, campaigns)
    submit = "Save" if there is None else "Replace"
    title = "Save an audience" if there is None else "Replace an audience"
    return modal(ViewId.SAVE_AUDIENCE, title, blocks, submit=submit, memo=write_memo(memo))


def replaces(there: AudienceShown) -> str:
    """Name what would be replaced, in the version that somebody was shown."""
    return f"{there.latest}:{there.name}"


def read_save_form(view: dict[str, Any]) -> Wanted | Errors:
    """Return what was entered, or what is wrong with it, by input."""
    entered = view["state"]["values"]
    name = clean(str(entered[Field.NAME][ActionId.VALUE].get("value") or ""))
    errors: Errors = {}
    if isinstance(name, BadName):
        errors[Field.NAME.value] = f"{name.what} {name.fix}"
    campaign, text = "", ""
    if Field.TEXT in entered:
        text = str(entered[Field.TEXT][ActionId.VALUE].get("value") or "").strip()
        menu = entered.get(Field.CAMPAIGN, {}).get(ActionId.VALUE, {})
        chosen = str((menu.get("selected_option") or {}).get("value") or "")
        campaign = "" if chosen == NO_CAMPAIGN else chosen
        if bool(text) == bool(campaign):
            said = "Choose a campaign above, or write the conditions here: one of the two."
            errors[Field.TEXT.value] = said
    if errors or isinstance(name, BadName):
        return errors
    return Wanted(name, campaign, text)


def _sources(wanted: Wanted, campaigns: Sequence[CampaignLine]) -> list[Block]:
    made: list[Block] = []
    if campaigns:
        choices = {NO_CAMPAIGN: "None of these: I write it below"}
        choices |= {each.id: each.name for each in campaigns[:CAMPAIGNS_MAX]}
        menu = select(choices, wanted.campaign or campaigns[0].id)
        if wanted.text and not wanted.campaign:
            menu = select(choices, NO_CAMPAIGN)
        hint = "Its conditions as they are now; the campaign itself stays as it is."
        made.append(input_block(Field.CAMPAIGN, "As in the campaign", menu, hint=hint))
    text = text_input(wanted.text, multiline=True, placeholder=EXAMPLE)
    label = "Or its conditions as TOML" if campaigns else "Its conditions as TOML"
    return [*made, input_block(Field.TEXT, label, text, hint=WITHOUT_TOML, optional=True)]


def _there(there: AudienceShown) -> list[Block]:
    """Say what has the name, and which campaigns use it."""
    name = clip(there.name, 200)
    lines = "\n".join(describe_node(there.who)).replace(INDENT, "\N{EM SPACE}")
    used = there.used_by[:USED_SHOWN_MAX]
    more = len(there.used_by) - len(used)
    names = clip(", ".join(used), LINES_CHARS_MAX) + (f" and {more} more" if more > 0 else "")
    keep = f"Used by: {names}. They keep what it was until they are edited."
    by = words.person(there.made_by)
    return [
        section(
            f":warning: “{name}” is there already, version {there.latest} by {by}:\n"
            f"{clip(lines, LINES_CHARS_MAX)}"
        ),
        context(keep if used else "No campaign uses it."),
        section("*Replace* saves yours as the next version; or choose another name."),
    ]
