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
from domain.trigger import Keyed

CHOOSE: Final = "Choose or type"
WHERE_HINT: Final = "One a line, all must hold: price >= 50. Text: category is shoes."
_EVENT_CHARS_MAX: Final = 60


class Also(Struct, frozen=True):
    """A further event, and what it must have, one comparison a line. `no`: its number.

    `property`: what the property that must be the same is called in it, in a trigger that has one.
    """

    no: int
    event: str
    where: str = ""
    property: str = ""


def also_blocks(
    ask: Asking,
    label: str,
    also: tuple[Also, ...],
    named: Callable[[int | None], str],
    called: Callable[[int], str] | None = None,
) -> list[Block]:
    """Ask for the events; `named` is what the menu is called (None) and what each text is.

    `called`: what the text of each is called that has its own name of a property (None: not asked).
    """
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
        if called is not None:
            label = f"If “{short(each.event, _EVENT_CHARS_MAX)}” has another name for it"
            shown += ask.text(called(each.no), label, each.property)
    return shown


def also_given(
    also: tuple[Also, ...],
    chosen: Iterable[str] | None,
    text: Callable[[int], object],
    called: Callable[[int], object] = lambda _no: None,
) -> tuple[Also, ...]:
    """Return the events after what was chosen (None: the menu is not shown) and typed.

    Who stays keeps what it must have; a new one gets a number that none of them has. `text` and
    `called` return what was typed for the event of a number, if that is shown.
    """
    known = {each.event: each for each in also}
    fresh, number = [], max((each.no for each in also), default=-1)
    for event in dict.fromkeys(filter(None, known if chosen is None else chosen)):
        number += event not in known
        each = known.get(event) or Also(number, event)
        for field, typed in (("where", text(each.no)), ("property", called(each.no))):
            if isinstance(typed, str):
                each = structs.replace(each, **{field: typed})
        fresh.append(each)
    return tuple(fresh)


def say_also(
    also: tuple[Also, ...], reading: Reading, block: Callable[[int], str]
) -> tuple[Doing, ...]:
    """Return the events as a definition says them, and note what cannot be read."""
    return tuple(Doing(each.event, reading.filters(block(each.no), each.where)) for each in also)


def say_keyed(
    also: tuple[Also, ...], reading: Reading, block: Callable[[int], str], *, keyed: bool
) -> tuple[Keyed, ...]:
    """Return the events of a trigger likewise; `keyed`: a property must have the same value."""
    return tuple(
        Keyed(doing.event, doing.where, each.property.strip() or None if keyed else None)
        for each, doing in zip(also, say_also(also, reading, block), strict=True)
    )


def also_of(doings: tuple[Doing, ...], *, at_most: int) -> tuple[Also, ...] | None:
    """Return the events as they would be entered; None: no menu holds them, or no text."""
    found = tuple(
        Also(
            no,
            each.event,
            conditions.write_filters(each.where),
            each.property or "" if isinstance(each, Keyed) else "",
        )
        for no, each in enumerate(doings)
    )
    names = {each.event for each in found if each.event}
    fits = all(len(each.where) <= TEXT_CHARS_MAX for each in found)
    return found if fits and len(names) == len(found) <= at_most else None


def also_with(also: tuple[Also, ...], place: str, where: str) -> int | None:
    """Return the number of the event about whose comparisons a problem at `where` is, if any.

    `place`: that of the list.
    """
    return _about(also, place, where, "where")


def also_called(also: tuple[Also, ...], place: str, where: str) -> int | None:
    """Return the number of the event about whose name of a property a problem is, likewise."""
    return _about(also, place, where, "property")


def _about(also: tuple[Also, ...], place: str, where: str, field: str) -> int | None:
    for index, each in enumerate(also):
        if within(where, f"{item(place, index)}.{field}"):
            return each.no
    return None
