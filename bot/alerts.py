"""The alert of a run that its safety limit holds: what happened, and the four ways on."""

from actors.mail import CampaignView, RunView
from bot import words
from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    context,
    escaped,
    fitting,
    header,
    section,
)
from bot.card_buttons import CONFIRM_NAME_CHARS_MAX
from bot.ids import ActionId
from bot.refs import Ref
from bot.views import NAME_CHARS_MAX
from domain.review import Action

BLOCKED = "blocked"

_DECIDED = {
    "drawing": "let it run",
    "sending": "let it run",
    "done": "let it run",
    "skipped": "skipped this run",
    "stopped": "stopped the campaign",
}


def alert_card(view: CampaignView, run: RunView) -> Message:
    """Return the alert of a run as it stands: open with its buttons, or decided and by whom."""
    return fitting(lambda chars: _alert(view, run, chars))


def run_of(view: CampaignView, name: str) -> RunView | None:
    """Return a campaign's run by its name."""
    return next((run for run in view.runs if run.run == name), None)


def _alert(view: CampaignView, run: RunView, chars: int) -> Message:
    name = clip(view.name, min(chars, NAME_CHARS_MAX))
    limit = run.safety_limit or 0
    numbers = (
        f"*{words.number(run.qualified)}* users qualify;"
        f" the safety limit is *{words.number(limit)}*."
    )
    state = run.state == BLOCKED
    title = "Safety limit: a run is held" if state else "Safety limit: decided"
    blocks = [header(title), section(f":octagonal_sign: *{name}*\n{numbers}")]
    if state:
        blocks.append(section("Nobody has been messaged by this run. What should happen?"))
        if Action.APPROVE in view.allowed and not view.amends:
            asked = "A higher limit waits for a second person, on its card in the review channel."
            blocks.append(section(f":eyes: {asked}"))
        blocks.append(actions(_buttons(view, run, limit)))
    else:
        blocks.append(section(_decision(run)))
    blocks.append(
        context(f"Run of {words.run_of(run.run)} · campaign by {words.person(view.author)}")
    )
    text = f"{title}. {name}: {words.number(run.qualified)} users qualify, the safety limit"
    return Message(f"{text} is {words.number(limit)}.", tuple(blocks))


def _decision(run: RunView) -> str:
    what = _DECIDED.get(run.state, f"decided: {escaped(run.state)}")
    if run.sample is not None:
        what = f"sends to a random {words.number(run.sample)}"
    if not run.decided_by:
        return f":white_check_mark: No decision is needed any more: the run is {run.state}."
    return f":white_check_mark: {words.person(run.decided_by)} {what}."


def _buttons(view: CampaignView, run: RunView, limit: int) -> list[Block]:
    value = str(Ref.of(view, run.run))
    name = clip(view.name, CONFIRM_NAME_CHARS_MAX)
    made = []
    if limit:
        some = words.number(limit)
        text = f"{some} users, drawn at random from those who qualify, get *{name}*."
        asked = confirm(f"Send to a random {some}?", text, "Send")
        sample = f"Send to a random {some}"
        made.append(button(sample, ActionId.SEND_SAMPLE, value, style="primary", confirm=asked))
    made.append(button("Raise the limit", ActionId.RAISE_LIMIT, value))
    asked = confirm("Skip this run?", f"Nobody gets *{name}* by this run.", "Skip it")
    made.append(button("Skip this run", ActionId.SKIP_RUN, value, confirm=asked))
    text = f"*{name}* stops for ever; it cannot be started again."
    asked = confirm("Stop it for ever?", text, "Stop it", danger=True)
    made.append(button("Stop", ActionId.STOP_BLOCKED, value, style="danger", confirm=asked))
    return made
