"""What people ask about audiences, and what they are answered: part of the mail."""

from typing import TypeAlias

from msgspec import Struct

from actors.mail_beside import AboutAudience
from actors.mail_copy import AboutCopy, CopyStatus
from domain.audience import Node
from domain.campaign import Campaign


class Reach(AboutAudience, frozen=True, tag=True):
    """How many users a definition would reach now. Answered for past behaviour only."""

    definition: Campaign


class Weigh(Struct, frozen=True, tag=True):
    """What is worth a second look in a definition that nobody has kept, with its reach."""

    definition: Campaign


class ReachCampaign(AboutAudience, frozen=True, tag=True):
    """How many users a campaign as it was last edited would reach now, by its name or id."""

    name: str


class SaveAudience(AboutAudience, frozen=True, tag=True):
    """Keep a tree under a name, as its first or next version."""

    name: str
    who: Node
    by: str


class ListAudiences(AboutAudience, frozen=True, tag=True):
    """Every saved audience and every custom list."""


class ShowAudience(AboutAudience, frozen=True, tag=True):
    """One saved audience, whole. `version` 0: the latest."""

    name: str
    version: int = 0


class ReachAudience(AboutAudience, frozen=True, tag=True):
    """How many users are in a saved audience now."""

    name: str


class ExportAudience(AboutAudience, frozen=True, tag=True):
    """Write the users of a saved audience to a new file on the daemon's machine.

    `path` is absolute. `profile` are the traits to write beside each. `sample`: so many, drawn at
    random; 0: all.
    """

    name: str
    path: str
    by: str
    profile: tuple[str, ...] = ()
    sample: int = 0


AudienceRequest: TypeAlias = (
    Reach
    | ReachCampaign
    | SaveAudience
    | ListAudiences
    | ShowAudience
    | ReachAudience
    | ExportAudience
    | AboutCopy
)


class Estimate(Struct, frozen=True):
    """The estimated reach as a waterfall, counted in `took_ms`."""

    qualified: int
    control: int
    unreachable: int
    capped: int
    expected: int
    took_ms: int
    control_of: dict[str, int] = {}  # by control group: system, custom, campaign
    notes: tuple[str, ...] = ()  # what about the data may surprise
    outside: int = 0  # not in the portion that the campaign addresses
    limited: int = 0  # have had as many messages as the limits on one user allow
    rate: str = ""  # how long it takes, where that is known
    lasts_ms: int = 0  # the same as a number; 0: nothing says
    everybody: int = 0  # users there are


class Weighed(Struct, frozen=True, tag=True):
    """The cautions of a definition, the gravest first; of a live one no reach is known up front."""

    cautions: tuple[str, ...]
    estimate: Estimate | None = None


class Reached(Struct, frozen=True, tag=True):
    """The estimated reach; `of`: the campaign or the saved audience that was asked for by name."""

    estimate: Estimate
    of: str = ""


class AudienceUse(Struct, frozen=True):
    """A saved audience that a campaign keeps as it was in `version`, however it is now."""

    name: str
    version: int
    latest: int
    who: Node


class AudienceLine(Struct, frozen=True):
    """A saved audience in a list."""

    name: str
    version: int
    made_by: str
    made_ms: int


class ListLine(Struct, frozen=True):
    """A custom list in a list, with what became of the rows of its file."""

    name: str
    version: int
    members: int
    unknown: int
    duplicates: int
    made_by: str
    published_ms: int


class Audiences(Struct, frozen=True, tag=True):
    """Every saved audience and every custom list, by name."""

    audiences: tuple[AudienceLine, ...]
    lists: tuple[ListLine, ...]


class AudienceShown(Struct, frozen=True, tag=True):
    """One version of a saved audience; `used_by`: campaigns that name it, in whatever version."""

    name: str
    version: int
    latest: int
    who: Node
    made_by: str
    made_ms: int
    used_by: tuple[str, ...] = ()


class Exported(Struct, frozen=True, tag=True):
    """The file is there, whole."""

    path: str
    users: int
    took_ms: int


AudienceAnswer: TypeAlias = Reached | Audiences | AudienceShown | Exported | CopyStatus
