"""The inputs of a condition about who a user is."""

from bot.blocks import Block
from bot.wizard.asking import Asking
from bot.wizard.compared_inputs import compared_blocks, device_blocks
from bot.wizard.number_inputs import count_blocks
from bot.wizard.persons import CHANNELS, CIRCLE, GENDERS
from bot.wizard.row import Row, boxes_of

HOMES = ("country", "region", "city")
_CHOOSE = "Choose or type"
_HINT = (
    "One a line: latitude, longitude, kilometres. Maps show the two numbers of a place at a click"
    " on it with the right button."
)


def person_blocks(ask: Asking, row: Row) -> list[Block]:
    """Ask for everything that a condition about a profile needs."""
    shown = _asked(ask, row)
    return [*shown, *ask.checks(f"boxes_{row.no}", "Besides", boxes_of(row.kind), row.boxes)]


def _asked(ask: Asking, row: Row) -> list[Block]:
    no = row.no
    match row.kind:
        case "age":
            return count_blocks(ask, row, "Age today", "Years", "18, 30")
        case "gender":
            return ask.select(f"choice_{no}", "Gender", GENDERS, row.choice)
        case "reachability":
            return ask.select(f"choice_{no}", "The user", CHANNELS, row.choice)
        case "geography":
            shown = []
            for name in HOMES:
                chosen: tuple[str, ...] = getattr(row, name)
                label = f"{name.capitalize()}: one of these"
                shown += ask.menu_of_many(
                    f"{name}_{no}", label, chosen, placeholder=_CHOOSE, optional=True
                )
            return shown
        case "near":
            return ask.text(
                f"circles_{no}",
                "Near one of these places",
                row.circles,
                placeholder=CIRCLE,
                hint=_HINT,
                multiline=True,
                optional=False,
            )
        case "device":
            return [b for each in row.where for b in device_blocks(ask, each, f"{no}_{each.no}")]
        case _:
            return compared_blocks(ask, row.compared, f"{no}")
