"""What people ask about a campaign's content before it is sent: part of the mail.

The answers hold a user's own values, for whoever asked, and are kept nowhere.
"""

from msgspec import Struct

from actors.mail_beside import Beside
from domain.campaign import Campaign


class Preview(Beside, frozen=True, tag=True):
    """The message of one user, as it would be sent: of a content that nobody need have approved.

    `user` empty: somebody for whom the campaign is. `variant` empty: the user's own. `definition`:
    of this content, which nobody has kept yet: an edit of the campaign of this id, or of none ("").
    """

    campaign: str
    by: str
    user: str = ""
    variant: str = ""
    definition: Campaign | None = None


class TestSend(Beside, frozen=True, tag=True):
    """Send such a message now, to these of the operator's test users (none named: to all)."""

    __test__ = False  # the name begins like a test's; pytest must not collect it

    campaign: str
    by: str
    users: tuple[str, ...] = ()
    variant: str = ""


class Previewed(Struct, frozen=True, tag=True):
    """The message, event by event as JSON, and what may surprise.

    `events` are none where the user would get nothing: `message` says why. `variant` is the one
    that is shown, of `variants`; `campaign` is its id.
    """

    message: str
    user: str
    events: tuple[str, ...] = ()
    bytes: int = 0
    variant: str = ""
    notes: tuple[str, ...] = ()
    campaign: str = ""
    variants: tuple[str, ...] = ()
