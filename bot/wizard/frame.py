"""The wizard's modal: the way between the steps on top, the step that is shown, and the foot."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import Block, actions, button, clip, context, divider
from bot.ids import ActionId, ViewId
from bot.inputs import ERROR_CHARS_MAX, Errors, modal
from bot.refs import Memo, write_memo
from bot.wizard.asking import PROBLEM_CHARS_MAX
from bot.wizard.step import Page, StepName
from bot.wizard.steps import ORDER, STEPS, TITLES, after
from bot.wizard.values import Checked, Values

DONE, WRONG = "\N{CHECK MARK}", "\N{WARNING SIGN}"


def wizard_view(
    values: Values,
    checked: Checked,
    memo: Memo,
    *,
    zone: str,
    reach: str = "",
    review: Sequence[Block] = (),
    note: str = "",
) -> dict[str, Any]:
    """Return the modal with the step `values.at`; `review` is what that step shows.

    `reach`: what was counted, as markup. `note`: something to say on top, as markup.
    """
    at = values.at
    blocks = [_way(values, checked)]
    if note:
        blocks.append(context(note))
    if at in STEPS:
        seen = checked.problems.get(at, {}) if at in values.seen else {}
        page = Page(
            zone=zone,
            live=values.live,
            own_times=values.own_times,
            once=values.once,
            problems=seen,
            reach=reach,
        )
        shown = STEPS[at].blocks(getattr(values, at.value), page)
        blocks += [*_elsewhere(seen, shown), *shown]
    else:
        blocks += review
    blocks += [divider(), *_foot(memo)]
    made = modal(
        ViewId.DRAFT,
        "Edit campaign" if memo.ref else "New campaign",
        blocks,
        submit="Save draft" if at is StepName.REVIEW else f"Next: {TITLES[after(at)]}",
        close="Close",
        memo=write_memo(memo, step=at.value),
    )
    return made | {"notify_on_close": True}


def placed(errors: Errors, view: dict[str, Any]) -> Errors:
    """Return the errors at inputs that a view shows; the others come beneath its first input."""
    shown = [block["block_id"] for block in view.get("blocks", ()) if block["type"] == "input"]
    if not shown:
        return {}
    found: Errors = {}
    for block, said in errors.items():
        place = block if block in shown else shown[0]
        found[place] = f"{found[place]} {said}" if place in found else said
    return {block: said[:ERROR_CHARS_MAX] for block, said in found.items()}


def _way(values: Values, checked: Checked) -> Block:
    """Return a button for each step: which is shown, which is done, which has a problem."""
    made = []
    for number, name in enumerate(ORDER, 1):
        mark = str(number)  # of six buttons, in one row of the modal: so a mark takes its place
        if name in values.seen and name in STEPS:
            mark = WRONG if checked.problems.get(name) else DONE
        here = "primary" if name is values.at else None
        pressed = button(f"{mark} {TITLES[name]}", ActionId.GO, name.value, style=here)
        made.append(pressed | {"action_id": f"{ActionId.GO}_{name}"})
    return actions(made)


def _elsewhere(problems: Errors, shown: Sequence[Block]) -> list[Block]:
    """Return the problems that no input of the step shows."""
    there = {block.get("block_id") for block in shown}
    return [
        context(f":warning: {clip(said, PROBLEM_CHARS_MAX)}")
        for block, said in problems.items()
        if block not in there
    ]


def _foot(memo: Memo) -> list[Block]:
    others = [button("Edit as text", ActionId.PASTE_INSTEAD, "paste")]
    if memo.ref is None:
        others = [
            button("Paste a definition", ActionId.PASTE_INSTEAD, "paste"),
            button("Begin anew", ActionId.START_OVER, "anew"),
        ]
    said = "What you enter is kept as you go: close this whenever you like, and go on later."
    return [actions(others), context(said)]
