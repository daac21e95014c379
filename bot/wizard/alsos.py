"""Further events beside a first one: a menu of many, and below it what each of them must have."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct, structs

from bot import conditions
from bot.blocks import Block, short
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.asking import Asking
from bot.wizard.reading import Reading
from domain.behaviour import Doing
from domain.place import item, within

CHOOSE: Final = "Choose or type"
WHERE_HINT: Final = "One a line, all must hold: price >= 50. Text: category is shoes."
_EVENT_CHARS_MAX: Final = 60


class Also(Struct, frozen=True):
    """A further event, and what it must have, one comparison a line. `no`: its number."""

    no: int
    event: str
    where: str = ""


def also_blocks(
    ask: Asking, label: str, also: tuple[Also, ...], named: Callable[[int | None], str]
) -> list[Block]:
    """Ask for the events; `named` is what the menu is called (None) and what each text is."""
    events = tuple(each.event for each in also)
    shown = ask.menu_of_many(named(None), label, events, placeholder=CHOOSE, optional=True)
    for each in also:
        shown += ask.text(
            named(each.no),
            f"Only if “{short(each.event, _EVENT_CHARS_MAX)}” has",
            each.where,
            placeholder="price >= 50",
            hint=WHERE_HINT,
            multiline=True,
        )
    return shown


def also_given(
    also: tuple[Also, ...],
    chosen: Iterable[str] | None,
    text: Callable[[int], object],
) -> tuple[Also, ...]:
    """Return the events after what was chosen (None: the menu is not shown) and typed.

    Who stays keeps what it must have; a new one gets a number that none of them has. `text` returns
    what was typed for the event of a number, if that is shown.
    """
    known = {each.event: each for each in also}
    fresh, number = [], max((each.no for each in also), default=-1)
    for event in dict.fromkeys(filter(None, known if chosen is None else chosen)):
        number += event not in known
        each = known.get(event) or Also(number, event)
        typed = text(each.no)
        fresh.append(structs.replace(each, where=typed) if isinstance(typed, str) else each)
    return tuple(fresh)


def say_also(
    also: tuple[Also, ...], reading: Reading, block: Callable[[int], str]
) -> tuple[Doing, ...]:
    """Return the events as a definition says them, and note what cannot be read."""
    return tuple(Doing(each.event, reading.filters(block(each.no), each.where)) for each in also)


def also_of(doings: tuple[Doing, ...], *, at_most: int) -> tuple[Also, ...] | None:
    """Return the events as they would be entered; None: no menu holds them, or no text."""
    found = tuple(
        Also(no, each.event, conditions.write_filters(each.where)) for no, each in enumerate(doings)
    )
    names = {each.event for each in found if each.event}
    fits = all(len(each.where) <= TEXT_CHARS_MAX for each in found)
    return found if fits and len(names) == len(found) <= at_most else None


def also_with(also: tuple[Also, ...], place: str, where: str) -> int | None:
    """Return the number of the event about whose comparisons a problem at `where` is, if any.

    `place`: that of the list.
    """
    for index, each in enumerate(also):
        if within(where, f"{item(place, index)}.where"):
            return each.no
    return None
