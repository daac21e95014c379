"""What needs somebody now, over all campaigns: part of the mail."""

from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal[
    "clock",
    "refused",
    "away",
    "slowed",
    "load",
    "held",
    "faulted",
    "halted",
    "missed",
    "aside",
    "slack",
    "unseen",
]
"""What is wrong, the gravest first.

- `clock`: the machine's clock has leapt, and nobody has said which time is right.
- `refused`, `away`, `slowed`: Segment refuses the key, cannot be reached, or wants less for long.
- `load`: more comes in, or waits, than is kept up with.
- `held`: a run that its safety limit holds. `faulted`, `halted`: a campaign that a fault stopped,
  or that paused itself.
- `missed`: runs whose time passed. `aside`: messages and events that wait for a person.
- `slack`: Slack does not take what it is told; the bot itself knows.
- `unseen`: nobody has seen a test event arrive in Segment.
"""


class ShowAttention(Struct, frozen=True, tag=True):
    """What needs somebody now."""


class Need(Struct, frozen=True):
    """Something that needs somebody, in the sentences of an alert.

    `campaign` and `name` say of which campaign; "": of all together. `buttons` is the subject of a
    notice that offers the same answers (`store.announcements.Buttons`); `about` names the held run,
    or the gauge of a load. `since_ms`: since when it is so, in epoch milliseconds, where that is
    known. Of a campaign that is `faulted` or `halted`, `happened` is the reason of its state.
    """

    kind: Kind
    happened: str
    done: str = ""
    to_do: str = ""
    campaign: str = ""
    name: str = ""
    about: str = ""
    buttons: str = ""
    since_ms: int | None = None


class Attention(Struct, frozen=True, tag=True):
    """What needs somebody, the gravest first."""

    needs: tuple[Need, ...] = ()
