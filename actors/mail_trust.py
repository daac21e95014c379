"""What people ask when something went wrong, and what they are answered: part of the mail.

What is set aside for a person, why a user got what they got, everything paused at once, and whether
the connection to Segment was ever seen to work.
"""

from msgspec import Struct

LIST_MAX = 50


class ListAside(Struct, frozen=True, tag=True):
    """What waits for a person: messages and poison events, of one campaign or of all."""

    campaign: str = ""
    limit: int = LIST_MAX


class ShowAside(Struct, frozen=True, tag=True):
    """One message or poison event with its whole trail, by its id."""

    id: str


class RetryAside(Struct, frozen=True, tag=True):
    """Send messages again, under their own ids; consider poison events anew.

    `ids`, or everything that waits of `campaign`. `yes`: Segment may have some of them already.
    """

    by: str
    ids: tuple[str, ...] = ()
    campaign: str = ""
    yes: bool = False


class DropAside(Struct, frozen=True, tag=True):
    """Close them for good: never sent, never considered."""

    by: str
    ids: tuple[str, ...] = ()
    campaign: str = ""


class Why(Struct, frozen=True, tag=True):
    """Every decision about one user in one campaign, from what is stored.

    `values`: with the user's own values, for the operator's terminal and never for Slack.
    """

    user: str
    campaign: str
    values: bool = False


class PauseAll(Struct, frozen=True, tag=True):
    """Pause every campaign that can be paused, in one go."""

    by: str


class VerifyConnection(Struct, frozen=True, tag=True):
    """Send a test event to Segment, for a person to look for."""

    by: str


class ConfirmConnection(Struct, frozen=True, tag=True):
    """Say that the test event of this code is there, or that it is not."""

    by: str
    code: str
    seen: bool = True


class ConnectionStatus(Struct, frozen=True, tag=True):
    """Whether the connection was seen to work; of one check by its code, or as it stands."""

    code: str = ""


class AsideLine(Struct, frozen=True):
    """Something that waits for a person. `state` is dead, unknown or poison."""

    id: str
    state: str
    campaign: str
    user: str
    why: str
    since_ms: int


class Aside(Struct, frozen=True, tag=True):
    """What waits for a person, the latest first; `more` than are shown."""

    lines: tuple[AsideLine, ...]
    more: bool = False


class Step(Struct, frozen=True):
    """One thing that happened, in words; the ids are for an engineer."""

    at_ms: int
    said: str
    message_id: str = ""
    run: str = ""
    event_seq: int | None = None


class Told(Struct, frozen=True, tag=True):
    """A trail: what is known, then every step, the newest last. `message` is its headline."""

    message: str
    zone: str
    known: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class NotPaused(Struct, frozen=True):
    """A campaign that goes on as it is, and why."""

    name: str
    state: str
    why: str


class PausedAll(Struct, frozen=True, tag=True):
    """What was paused, what was not, and how many messages were beyond recall."""

    message: str
    paused: tuple[str, ...] = ()
    not_paused: tuple[NotPaused, ...] = ()
    on_the_wire: int = 0


class CheckView(Struct, frozen=True):
    """One test event: `answer` is "", seen or absent. `current`: no later one was sent."""

    code: str
    asked_by: str
    asked_ms: int
    outcome: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_ms: int | None = None
    current: bool = True


class Connection(Struct, frozen=True, tag=True):
    """How the connection stands: verified only after a person saw a test event arrive."""

    message: str
    verified: bool
    url: str
    check: CheckView | None = None
