"""What to rehearse: handed from whoever asks to the process that plays it."""

from msgspec import Struct

from actors.mail_rehearsal import SECONDS_MAX
from actors.restraint import Pace
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits


class Play(Struct, frozen=True):
    """What to rehearse: a campaign of the folder by its name, or this definition.

    `scratch` is a folder for the copy that is played; "": where the system has such.
    After `seconds_max` of real time what has been played is the answer.
    `messages` is a file for every message, as CSV: who, decided and accepted when, which variant.
    """

    folder: str
    name: str
    days: int
    now_ms: int
    zone: str
    pace: Pace
    definition: Campaign | None = None
    messages: str = ""
    scratch: str = ""
    controls: Controls = NO_CONTROLS
    house: GlobalLimits = NO_LIMITS
    seconds_max: int = SECONDS_MAX
