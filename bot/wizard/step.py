"""What a step of the wizard is, and what it is drawn with."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct, structs

from actors.mail_names import Type, Wanted
from bot.blocks import Block
from bot.wizard.reading import Reading
from domain.place import within

T = TypeVar("T", bound=Struct)

Given: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What stands in the inputs that are shown, by block id: a text, or several choices."""


class StepName(StrEnum):
    """The steps in their order."""

    START = "start"
    WHO = "who"
    WHAT = "what"
    WHEN = "when"
    LIMITS = "limits"
    REVIEW = "review"


class Menu(Struct, frozen=True):
    """What a menu offers: names of this kind, of this event ("": of users), of this property."""

    wanted: Wanted
    event: str = ""
    property: str = ""


class Named(Struct, frozen=True):
    """A property that somebody has named: of an event, or of users (""). Its types matter."""

    name: str
    event: str = ""


def no_menu(_part: Any, _block: str) -> Menu | None:
    """Offer nothing: the step has no menus that are filled while somebody types."""
    return None


def no_names(_part: Any) -> tuple[Named, ...]:
    """Name no property whose types the step's inputs depend on."""
    return ()


def no_lesson(part: Any, _types: Callable[[Named], tuple[Type, ...]]) -> Any:
    """Return the part as it is: the step's inputs depend on no types."""
    return part


class Page(Struct, frozen=True):
    """What a step is drawn with besides its values.

    `zone` is the account's. `own_times`: each user has a time of their own. `once`: it has one run
    at most. `problems` are those of this step, by block id, once they are to be seen. `reach` is
    what was counted, as markup; "": nothing yet.
    """

    zone: str
    live: bool = False
    own_times: bool = False
    once: bool = False
    problems: Mapping[str, str] = {}
    reach: str = ""


class Step(Struct, frozen=True):
    """A step as functions of its own part of the values.

    `blocks`: what is shown. `read`: the part with what stands in the inputs that are shown. `say`:
    fields of a `Campaign`; what cannot be read is noted. `fill`: the part of a definition, so that
    `say` gives the same fields again. `place`: the block id that a problem of the definition
    belongs to, by its `where`; "": it is no problem of this step. `menu`: what the menu in a block
    offers. `names`: the properties on whose types its inputs depend; `learn`: the part with these.
    """

    name: StepName
    title: str
    blocks: Callable[[Any, Page], list[Block]]
    read: Callable[[Any, Given], Any]
    say: Callable[[Any, bool, Reading], dict[str, Any]]
    fill: Callable[[Any], Any]
    place: Callable[[Any, str], str]
    menu: Callable[[Any, str], Menu | None] = no_menu
    names: Callable[[Any], tuple[Named, ...]] = no_names
    learn: Callable[[Any, Callable[[Named], tuple[Type, ...]]], Any] = no_lesson


def block_id(step: StepName, name: str) -> str:
    """Return the block id of an input of a step."""
    return f"{step.value}.{name}"


def entered(part: T, step: StepName, given: Given) -> T:
    """Return the part of a step with what was entered; what is not shown stays."""
    fresh = {
        name: given[block]
        for name in part.__struct_fields__
        if (block := block_id(step, name)) in given
        and isinstance(given[block], type(getattr(part, name)))
    }
    return structs.replace(part, **fresh) if fresh else part


def place_among(step: StepName, names: Mapping[str, str], where: str) -> str:
    """Return the block id of a problem: `names` is place -> input, of which the nearest counts."""
    around = [place for place in names if within(where, place)]
    return block_id(step, names[max(around, key=len)]) if around else ""
