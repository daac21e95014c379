"""What a button or a form carries: which campaign, in which content, and which run of it.

It binds a click to what the person saw. It is no permission: the desk decides by who clicked.
"""

from typing import Any

import msgspec
from msgspec import Struct, structs

from actors.mail import CampaignView

METADATA_CHARS_MAX = 3_000
RUNS, RAN = "runs", "ran"


class Ref(Struct, frozen=True):
    """A campaign by its id, the hash of the content that was shown, and maybe a run.

    The button that approves has no run, but how many users the card named: `reach`.
    """

    campaign: str
    hash: str = ""
    run: str = ""

    def __str__(self) -> str:
        """Write it as a button's value."""
        return f"{self.campaign}:{self.hash}:{self.run}".rstrip(":")

    @classmethod
    def read(cls, value: str) -> "Ref":
        """Read a button's value; a run may contain colons itself."""
        campaign, _, rest = value.partition(":")
        content, _, run = rest.partition(":")
        return cls(campaign, content, run)

    @classmethod
    def of(cls, view: CampaignView, run: str = "") -> "Ref":
        """Bind to what is shown now."""
        return cls(view.id, view.hash, run)

    @classmethod
    def approving(cls, view: CampaignView) -> "Ref":
        """Bind to what is shown now, and to how many users it would reach, if that was counted."""
        return cls.of(view, "" if view.estimate is None else str(view.estimate.expected))

    @property
    def reach(self) -> int | None:
        """The number of users on an approving button; None: it named none."""
        return int(self.run) if self.run.isdecimal() else None


class Memo(Struct, frozen=True, omit_defaults=True):
    """A modal's private note: where it was asked for, and what it is about.

    `ref` is the campaign that is edited or decided about; None for a new one. `form` names what is
    kept of the wizard meanwhile, and `step` is the step that it shows. `about` names what else it
    is about, such as a saved audience. `fixed` is `RUNS` or `RAN` of a campaign that is edited and
    runs, or has had runs: then not everything may change.
    """

    channel: str = ""
    ref: Ref | None = None
    form: str = ""
    step: str = ""
    about: str = ""
    fixed: str = ""


def write_memo(memo: Memo, *, step: str = "") -> str:
    """Return the note as private metadata."""
    if step:
        memo = structs.replace(memo, step=step)
    text = msgspec.json.encode(memo).decode()
    assert len(text) <= METADATA_CHARS_MAX, "a note holds ids and one name"
    return text


def read_memo(view: dict[str, Any]) -> Memo:
    """Read the note of a modal that Slack sends back."""
    return msgspec.json.decode(view.get("private_metadata") or "{}", type=Memo)
