"""The plan of a life: everything that will happen to the world, before any of it does.

A plan is data: the same plan gives the same life, and a part of it taken away gives a smaller
one. Times are milliseconds since the life began, unless a name says otherwise.
"""

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from tests.simulation.kinds import PLAIN, Calendar, Chosen, House, OnDate, Personal, Test

FaultName: TypeAlias = Literal[
    "refuse",
    "hang",
    "reset_in_body",
    "reset_in_answer",
    "throttle",
    "server_error",
    "garbage",
    "too_large",
    "redirect",
    "slow",
    "late",
    "dedupe_forgets",
    "unauthorized",
    "reject_containing",
    "down",
    "flapping",
]
Settings: TypeAlias = dict[str, int | float | str | bool]
Deed: TypeAlias = Literal[
    "launch",
    "undo",
    "amend",
    "lower",
    "pause",
    "resume",
    "stop",
    "sample",
    "skip_run",
    "raise_limit",
    "raise_alone",
]


class PlannedUser(Struct, frozen=True, omit_defaults=True):
    """A user: the zone of the profile ("" none), two traits, and when they come.

    `n` is a number that templates divide by. `comes` is 0 for before anything else.
    """

    user: str
    zone: str = ""
    group: str = "a"
    n: int = 1
    comes: int = 0
    minute: int = -1  # of the day, at which they want to hear; -1: they never said


class PlannedCampaign(Struct, frozen=True, omit_defaults=True):
    """A campaign, in the words of `history.Planned`; `starts` is 0 for at once, `ends` 0 for never.

    `template` is the Liquid of its one key-value pair; `goal` is an event; "" for none. Of 100
    users `split` get variant A and the others B; 0: all get the same. `by_group`: users of group a
    get variant A, all others B.
    """

    name: str
    kind: Literal["live", "past_behaviour"]
    event: str = ""
    group: str = ""
    cap_total: int | None = None
    cap_per_day: int | None = None
    cap_per_run: int | None = None
    safety_limit: int | None = None
    stop_on_block: bool = False
    control_percent: int = 0
    portion: int = 100
    dnd: tuple[str, str] | None = None
    dnd_mode: Literal["delay", "discard"] = "delay"
    dnd_week: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    per_user_max: int | None = None
    per_user_minutes: int | None = None
    ignores_limits: bool = False
    counts: bool = True
    queues: bool = False
    most_per_5_minutes: int | None = None
    most_per_hour: int | None = None
    on_pause: Literal["drop", "hold"] = "drop"
    on_ambiguous: Literal["retry", "hold"] = "retry"
    expires_minutes: int | None = None
    template: str = ""
    goal: str = ""
    window_minutes: int = 1_440
    split: int = 0
    starts: int = 0
    ends: int = 0
    undo_seconds: int = 0
    also: str = ""
    first_time: bool = False
    recheck: bool = True
    delay_minutes: int = 0
    without: str = ""
    within_minutes: int = 0
    grace_seconds: int = 30
    same_cart: bool = False
    on_repeat: Literal["restart", "keep"] = "restart"
    calendar: Calendar | None = None
    personal: Personal | None = None
    test: Test | None = None
    by_group: bool = False
    date: OnDate | None = None
    chosen: Chosen = PLAIN


class PlannedEvent(Struct, frozen=True, omit_defaults=True):
    """An event of a user: posted `at`; it says that it happened `late` earlier (or later).

    `n` is its one number, which templates divide by; `cart` what it is about, where that counts;
    `date` a date that it carries, in ISO's words.
    """

    at: int
    id: str
    user: str
    name: str
    late: int = 0
    n: int = 1
    cart: str = ""
    date: str = ""


class PlannedAct(Struct, frozen=True, omit_defaults=True):
    """What a person does with a campaign; `cap` and `most`: which cap is lowered, how far."""

    at: int
    deed: Deed
    campaign: str
    cap: Literal["", "total", "day", "run"] = ""
    most: int = 0


class PlannedFault(Struct, frozen=True, omit_defaults=True):
    """A fault of Segment's: `name` and settings as `sandbox.segment.faults` has them."""

    at: int
    name: FaultName
    settings: Settings = {}


class Cleared(Struct, frozen=True):
    """Segment is well again for the time being."""

    at: int


class Crash(Struct, frozen=True, omit_defaults=True):
    """The daemon is killed, and another starts after `down`.

    It dies `at` a time, or just after the `commit`-th commit of the life, or at the n-th time
    that `point` is reached. What was on the wire arrives if `arrives`.
    """

    at: int | None = None
    commit: int | None = None
    point: str = ""
    nth: int = 1
    down: int = 1_000


class Usurped(Struct, frozen=True):
    """The daemon is stopped for a while, and a second one takes over its folder meanwhile."""

    at: int
    wakes_after: int


class Jump(Struct, frozen=True):
    """The wall clock shows the true time plus `offset` from now on."""

    at: int
    offset: int


class Rot(Struct, frozen=True, omit_defaults=True):
    """A row on disk goes bad, as a disk or an older version may do it.

    `event`: an event of the user's, called `name`, stands in the log and cannot be read. `zone`:
    the user's zone is one that nobody knows. `traits`: the user's traits cannot be read.
    """

    at: int
    what: Literal["event", "zone", "traits"]
    user: str
    name: str = ""


class PlannedSuppression(Struct, frozen=True, omit_defaults=True):
    """A person says that a user gets nothing any more, or that nothing of them is kept."""

    at: int
    user: str
    erased: bool = False


class PlannedProfile(Struct, frozen=True, omit_defaults=True):
    """A user's profile is posted once more, as an import does; with another `group` perhaps."""

    at: int
    user: str
    group: str = ""


class PlannedBackup(Struct, frozen=True):
    """A person has the database copied."""

    at: int


class PlannedRestore(Struct, frozen=True, omit_defaults=True):
    """The daemon is killed, the latest backup is put back, and adopted after `down`."""

    at: int
    down: int = 1_000


class Window(Struct, frozen=True, omit_defaults=True):
    """So many messages a user may have over all campaigns: in so many minutes, or in a period."""

    most: int
    minutes: int = 0
    period: Literal["", "day", "week", "month"] = ""


class Plan(Struct, frozen=True, omit_defaults=True):
    """A whole life."""

    seed: int
    start_ms: int
    span: int
    zone: str = "Europe/Oslo"
    house: House = House()
    oversleeps: int = 0
    """How long an idle machine may sleep past a deadline."""
    rate: int = 100
    at_once: int = 4
    users: tuple[PlannedUser, ...] = ()
    campaigns: tuple[PlannedCampaign, ...] = ()
    events: tuple[PlannedEvent, ...] = ()
    acts: tuple[PlannedAct, ...] = ()
    faults: tuple[PlannedFault, ...] = ()
    well: tuple[Cleared, ...] = ()
    crashes: tuple[Crash, ...] = ()
    usurpations: tuple[Usurped, ...] = ()
    jumps: tuple[Jump, ...] = ()
    rots: tuple[Rot, ...] = ()
    suppressions: tuple[PlannedSuppression, ...] = ()
    profiles: tuple[PlannedProfile, ...] = ()
    backups: tuple[PlannedBackup, ...] = ()
    restores: tuple[PlannedRestore, ...] = ()
    frequency: tuple[Window, ...] = ()
    dwell_minutes: int = 0
    most_per_5_minutes: int = 0
    jittery: bool = False
    """Work for other threads, such as to pack a request once it is claimed, waits for one."""
    resumed: bool = True
    """After all faults are over, paused campaigns are resumed; else they are stopped."""


def dump(plan: Plan) -> bytes:
    """Write a plan as JSON."""
    return msgspec.json.format(msgspec.json.encode(plan))


def load(text: bytes) -> Plan:
    """Read a plan that `dump` wrote."""
    return msgspec.json.decode(text, type=Plan)
