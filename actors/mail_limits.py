"""What people ask about limits, and what they are answered: part of the mail."""

from typing import Literal, TypeAlias

from msgspec import Struct

from actors.mail_beside import Beside

CapKind: TypeAlias = Literal["total", "day", "run"]


class ShowLimits(Beside, frozen=True, tag=True):
    """The limits in force: of one campaign by its name or id; "": those over all campaigns."""

    name: str = ""


class LowerCap(Struct, frozen=True, tag=True):
    """Let a cap of a published campaign be lower from now on; `which` None: its only one."""

    name: str
    by: str
    lim: int
    which: CapKind | None = None


class LimitLine(Struct, frozen=True):
    """One limit. `used` of `most`, where it is something that fills; `frees` says when it empties.

    `frees_ms`, in epoch milliseconds, where that is a moment.
    """

    what: str
    allows: str
    used: int | None = None
    most: int | None = None
    frees: str = ""
    frees_ms: int | None = None


class LimitsShown(Struct, frozen=True, tag=True):
    """The limits in force, in the order in which they are asked; `name` "": over all campaigns.

    `waiting` messages have still to go, and `takes` says how long that lasts at this pace; "" where
    nothing waits or nothing says how fast it is.
    """

    name: str
    state: str
    zone: str
    lines: tuple[LimitLine, ...]
    waiting: int = 0
    takes: str = ""
