"""A condition of the audience as it was entered: a row, its kind, and the boxes ticked in it."""

from typing import Any, Final, Protocol

from msgspec import Struct, structs

from bot.wizard.alsos import Also
from bot.wizard.operands import Compared
from bot.wizard.ranges import NO_RANGE, RangeValues

COMPARED_MAX = 5
"""Comparisons of an event's properties, or of a device, that a row has inputs for."""
ALSO_MAX = 9
"""Further events that a row has inputs for."""
DEEDS: Final = {
    "did": "Did something",
    "did_not": "Did not do something",
    "did_first": "Did something for the first time",
    "did_on_days": "Did something on several days",
    "did_sum": "Did something: the sum of a property",
    "did_average": "Did something: the average of a property",
    "did_mostly": "Did something: mostly with one value",
    "did_share": "Did something: a share of it with one value",
}
PERSONS: Final = {
    "property": "A property of the user",
    "age": "Age",
    "gender": "Gender",
    "geography": "Country, region or city",
    "near": "Near a place",
    "reachability": "Can be reached, or has unsubscribed",
    "device": "Has a device",
}
SHARED: Final = {
    "saved": "Is in a saved audience",
    "not_saved": "Is not in a saved audience",
    "list": "Is in a list",
    "not_list": "Is not in a list",
}
GROUPS: Final = {
    "Who the user is": PERSONS,
    "What the user did": DEEDS,
    "Audiences and lists": SHARED,
}
KINDS: Final = {kind: words for group in GROUPS.values() for kind, words in group.items()}
COUNTED: Final = frozenset({"did", "did_on_days"})
SUMMED: Final = frozenset({"did_sum", "did_average"})
VALUED: Final = frozenset({"did_mostly", "did_share"})
"""They ask for a value of a property."""
WITH_COMPARISONS: Final = frozenset({*DEEDS, "device"})
ALSO, CLOCK, ZERO, NOT = "also", "clock", "zero", "not"
_BOXES: Final = {
    ALSO: "Other events count as well",
    CLOCK: "Only at certain hours, or on certain weekdays",
    ZERO: "Users who never did it count as 0",
    NOT: "Turn it around: users for whom this is not so",
}
_FIRST: Final[dict[str, dict[str, Any]]] = {
    "age": {"count": "18"},
    "gender": {"choice": "female"},
    "reachability": {"choice": "email"},
    "device": {"where": (Compared(property="os"),)},
}


class BlockOf(Protocol):
    """Returns the block id of an input of a row by its name, and by a number within the row."""

    def __call__(self, name: str, no: int | None = None) -> str:
        """Return it."""
        ...


class Row(Struct, frozen=True):
    """One condition; what its kind does not use keeps what was entered.

    `no` tells it from the others for ever: Slack keeps what stands in an input by its block. `name`
    is that of the event, the audience or the list. `compared` is the property that is compared, of
    the user or, for a sum, an average, a value or a share, of the event. `count` is an age or an
    amount too. `boxes` are those that are ticked: what belongs to another box is kept, and not
    said. `choice` is one of a kind's few; `circles` are places, one a line. `kept`: what no input
    can say, as JSON.
    """

    no: int = 0
    kind: str = "kept"
    name: str = ""
    compared: Compared = Compared()
    count_op: str = ">="
    count: str = "1"
    range: RangeValues = NO_RANGE
    where: tuple[Compared, ...] = ()
    boxes: tuple[str, ...] = ()
    also: tuple[Also, ...] = ()
    time_from: str = ""
    time_to: str = ""
    weekdays: tuple[str, ...] = ()
    percent: str = "50"
    choice: str = ""
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    circles: str = ""
    kept: str = ""


def fresh_row(no: int, kind: str) -> Row:
    """Return a row as it is when somebody adds it."""
    return structs.replace(Row(no, kind), **_FIRST.get(kind, {}))


def boxes_of(kind: str) -> dict[str, str]:
    """Return the boxes that a kind has: box -> words."""
    shown = {
        ALSO: kind in DEEDS,
        CLOCK: kind in DEEDS,
        ZERO: kind in COUNTED | SUMMED,
        NOT: kind in KINDS and kind not in SHARED and kind != "did_not",
    }
    return {box: words for box, words in _BOXES.items() if shown[box]}


def ticked(row: Row, box: str) -> bool:
    """Tell whether a box of the row's kind is ticked."""
    return box in row.boxes and box in boxes_of(row.kind)
