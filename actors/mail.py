"""What the doors ask the desk, and what it answers: the same for Slack and for the command line."""

from typing import TypeAlias

from msgspec import Struct

from actors.mail_attention import Attention, ShowAttention
from actors.mail_audience import AudienceAnswer, AudienceRequest, Weigh, Weighed
from actors.mail_audience import Estimate as Estimate  # the other half of the mail
from actors.mail_audience import Reach as Reach
from actors.mail_audience import Reached as Reached
from actors.mail_content import Preview, Previewed, TestSend
from actors.mail_files import AboutFile, FileStands
from actors.mail_files import BackedUp as BackedUp
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from actors.mail_intake import Intake, ShowIntake
from actors.mail_limits import LimitsShown, LowerCap, ShowLimits
from actors.mail_names import FindNames, NamesFound
from actors.mail_people import AboutUser, UserShown
from actors.mail_rehearsal import Rehearse, Rehearsed, ShowRehearsal, ShowRehearsing
from actors.mail_report import FreshenCards, MakeDigests, Report, ShowReport, TellHead
from actors.mail_schema import Schema, ShowSchema
from actors.mail_shelf import Shelve
from actors.mail_text import CheckAudienceText, CheckText
from actors.mail_trust import (
    Aside,
    ConfirmConnection,
    Connection,
    ConnectionStatus,
    DropAside,
    ListAside,
    PauseAll,
    PausedAll,
    RetryAside,
    ShowAside,
    Told,
    VerifyConnection,
    Why,
)
from actors.mail_views import BooksView as BooksView  # the views that answers are made of
from actors.mail_views import CampaignLine as CampaignLine
from actors.mail_views import CampaignView as CampaignView
from actors.mail_views import RehearsalView as RehearsalView
from actors.mail_views import RunView as RunView
from actors.mail_views import VariantView as VariantView
from domain.campaign import Campaign
from domain.problem import Problem
from store.announcements import Announcement as Announcement  # part of the bot's mail
from store.announcements import Card as Card  # the same


class Draft(Struct, frozen=True, tag=True):
    """Keep this definition: an edit of `edits` (name or id), of the one of its name, or new."""

    definition: Campaign
    by: str
    channel: str = ""
    edits: str = ""


class Submit(Struct, frozen=True, tag=True):
    """Ask for a review: every problem must be gone."""

    name: str
    by: str


class Approve(Struct, frozen=True, tag=True):
    """Approve exactly this content. Without a hash: what is in review now."""

    name: str
    by: str
    hash: str = ""


class RequestChanges(Struct, frozen=True, tag=True):
    """Send it back to its author with a comment."""

    name: str
    by: str
    comment: str
    hash: str = ""


class Publish(Struct, frozen=True, tag=True):
    """Let it run. Without a hash: what was approved. A run that is `now` begins so much later."""

    name: str
    by: str
    hash: str = ""
    undo_seconds: int = 0


class Pause(Struct, frozen=True, tag=True):
    """Send nothing until it is resumed."""

    name: str
    by: str


class Resume(Struct, frozen=True, tag=True):
    """Go on after a pause or a fault."""

    name: str
    by: str


class Stop(Struct, frozen=True, tag=True):
    """Stop it for ever."""

    name: str
    by: str


class ListAll(Struct, frozen=True, tag=True):
    """Every campaign, the latest first; what is in the archive instead, if that is asked for."""

    archived: bool = False


class Show(Struct, frozen=True, tag=True):
    """One campaign, whole, by its name or id."""

    name: str


class BackUp(Struct, frozen=True, tag=True):
    """Copy the database into this new file, an absolute path on the daemon's machine."""

    path: str


class SendSample(Struct, frozen=True, tag=True):
    """Answer a blocked run: send to a random `n` of those who qualified (0: the safety limit)."""

    name: str
    by: str
    run: str
    n: int = 0


class RaiseLimit(Struct, frozen=True, tag=True):
    """Answer a blocked run: ask a second person to approve a higher safety limit."""

    name: str
    by: str
    run: str
    limit: int


class SkipRun(Struct, frozen=True, tag=True):
    """Answer a blocked run: nobody is messaged by it."""

    name: str
    by: str
    run: str


class ShowClock(Struct, frozen=True, tag=True):
    """How the clock stands: right, or held because the wall clock has leapt."""


class AcceptClock(Struct, frozen=True, tag=True):
    """The wall clock is right. With `leap` only if that is the one that holds it now."""

    by: str
    leap: str = ""


Request: TypeAlias = (
    Draft
    | Submit
    | Approve
    | RequestChanges
    | Publish
    | Pause
    | Resume
    | Stop
    | Shelve
    | ListAll
    | ShowAttention
    | Show
    | Weigh
    | AudienceRequest
    | BackUp
    | SendSample
    | RaiseLimit
    | SkipRun
    | ListAside
    | ShowAside
    | RetryAside
    | DropAside
    | Why
    | PauseAll
    | VerifyConnection
    | ConfirmConnection
    | ConnectionStatus
    | ShowClock
    | ShowIntake
    | AcceptClock
    | AboutUser
    | AboutFile
    | ShowSchema
    | FindNames
    | ShowReport
    | ShowLimits
    | LowerCap
    | MakeDigests
    | FreshenCards
    | TellHead
    | Rehearse
    | ShowRehearsing
    | ShowRehearsal
    | Preview
    | TestSend
    | KeepForm
    | ShowForm
    | DropForm
    | CheckText
    | CheckAudienceText
)


class Done(Struct, frozen=True, tag=True):
    """It is so: `message` says it in one sentence, for the person who asked."""

    message: str
    campaign: CampaignView | None = None
    on_the_wire: int = 0  # messages that a pause or a stop could not call back


class Listed(Struct, frozen=True, tag=True):
    """Every campaign."""

    campaigns: tuple[CampaignLine, ...]


class Refused(Struct, frozen=True, tag=True):
    """An expected no: what is in the way and what to do; `problems` when a definition has some."""

    what: str
    fix: str
    problems: tuple[Problem, ...] = ()


OfUsers: TypeAlias = UserShown | Previewed
OfOthers: TypeAlias = Listed | LimitsShown | Attention | Weighed
OfNames: TypeAlias = Schema | NamesFound
OfOne: TypeAlias = Done | BackedUp | Refused | OfUsers | FileStands | AudienceAnswer
Answer: TypeAlias = (
    OfOne
    | OfOthers
    | Aside
    | Told
    | PausedAll
    | Connection
    | Intake
    | OfNames
    | Report
    | Rehearsed
    | FormStands
)
