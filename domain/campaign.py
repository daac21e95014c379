"""What a campaign is: the definition that marketers draft, review and publish, as frozen values."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from domain.audience import EVERYONE, Node, Weekday
from domain.goal import Goal
from domain.personal import Personal
from domain.recurrence import Repeat
from domain.saved import NO_SAVED
from domain.trigger import Keyed as Keyed
from domain.trigger import OnDate as OnDate
from domain.trigger import Trigger as Trigger
from domain.trigger import Without as Without
from domain.variants import Variants

Kind: TypeAlias = Literal["live", "past_behaviour"]


class When(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When it runs, in local wall time (`2026-03-29T09:00`) of `zone` (None: the account's).

    Past behaviour: `start` is the one run, `now` means at publishing; with `repeat` it is the
    first day that may be one and the time of day of every run, and no run is after `end` (None:
    for ever); `dates` are several runs, instead of a start. `cutoff`: a time of day `HH:MM`; of a
    run nothing is begun after the first such moment that follows it. `personal`: each user has a
    time of their own in a run. Live: the campaign listens
    from `start` until `end` (None: until it is stopped or its total cap is delivered).
    """

    start: str = "now"
    end: str | None = None
    zone: str | None = None
    dates: tuple[str, ...] = ()
    repeat: Repeat | None = None
    cutoff: str | None = None
    personal: Personal | None = None


class What(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a user receives: one Segment track call.

    `profile` and `event_properties` name the keys to include (`["*"]`: all); `key_values` are
    Liquid templates. A key in `required` whose value is empty, or writes something that is not
    there and has no `default`, skips the user (`missing_value`). `object_id` is the id of the
    user's latest device. `identify` names the keys that go as traits in an identify call beside it
    (none named: no such call).
    """

    event: str = "Campaign Message Sent"
    email: bool = True
    identity: bool = True
    profile: tuple[str, ...] = ()
    event_properties: tuple[str, ...] = ()
    key_values: dict[str, str] = {}
    required: tuple[str, ...] = ()
    object_id: bool = False
    push_tokens: bool = False
    identify: tuple[str, ...] = ()


class Limits(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many at most. None means no limit.

    `cap_total`: over the campaign's life. `cap_per_day`: live, or where users have times of their
    own; a day of the account's zone. `cap_per_run`: past behaviour. `portion_percent`: so many of
    100 of those who qualify.
    `safety_limit`: more qualified than this (control included), and the run does not start; later
    runs do, unless `stop_on_block`. `safety_per_hour`: more qualify within an hour, and the live
    campaign pauses itself. `control_percent`: 0, or 2-99 % of those who qualify get nothing.
    `system_control`: the operator's system control group gets nothing either; `control_groups`:
    nor do these of the operator's others, by name.

    One user gets at most `per_user_max` messages of the campaign, ever, and none within
    `per_user_minutes` of another. The operator's limits over all campaigns hold too, unless
    `ignore_global`; its messages are counted there, if `count_towards_global`. A message over
    them is dropped, or waits until they allow it, as `over_global` says.
    """

    cap_total: int | None = None
    cap_per_day: int | None = None
    cap_per_run: int | None = None
    portion_percent: int = 100
    safety_limit: int | None = None
    stop_on_block: bool = False
    safety_per_hour: int | None = None
    control_percent: int = 0
    system_control: bool = True
    control_groups: tuple[str, ...] = ()
    per_user_max: int | None = None
    per_user_minutes: int | None = None
    ignore_global: bool = False
    count_towards_global: bool = True
    over_global: Literal["drop", "queue"] = "drop"


class QuietWindow(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A window `[start, end)` of `HH:MM` that begins on these days (none named: on all)."""

    start: str
    end: str
    days: tuple[Weekday, ...] = ()


class DoNotDisturb(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A window `[start, end)` of `HH:MM` in the user's zone, and others: a table of the week.

    An end that is not after its start is on the next day; `24:00` is the end of a day. `days` are
    those on which it begins (none named: all).
    """

    start: str
    end: str
    mode: Literal["delay", "discard"] = "delay"
    days: tuple[Weekday, ...] = ()
    also: tuple[QuietWindow, ...] = ()

    @property
    def windows(self) -> tuple[QuietWindow, ...]:
        """The whole table."""
        return QuietWindow(self.start, self.end, self.days), *self.also


class Delivery(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long to try, and what becomes of a message of which nobody knows whether it arrived.

    `on_ambiguous`: such a message goes again under the same id, which Segment removes if it had
    arrived (`retry`), or waits for a person at once (`hold`: for what must never come twice).
    `expires_minutes`: nothing is sent later than this after it fell due, 1 to 4320 (72 hours);
    None: 60 for a live campaign, 4320 for past behaviour. `messages_per_5_minutes`: no faster.
    `anonymous`: users of whom only a device is known get messages too, to their anonymousId.
    """

    on_ambiguous: Literal["retry", "hold"] = "retry"
    expires_minutes: int | None = None
    messages_per_5_minutes: int | None = None
    anonymous: bool = False


class Campaign(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One campaign, whole: who gets what and when, and how many at most.

    `variants`: contents of which each user gets one, over what all of them share. `goal`: what
    users should do afterwards; None: nothing is counted. `on_pause`: whether a live campaign drops
    or holds what happens while it is paused.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()
    trigger: Trigger | None = None
    who: Node = EVERYONE
    when: When = When()
    what: What = What()
    goal: Goal | None = None
    variants: Variants | None = None
    limits: Limits = Limits()
    do_not_disturb: DoNotDisturb | None = None
    on_pause: Literal["drop", "hold"] = "drop"
    delivery: Delivery = Delivery()


def canonical(campaign: Campaign) -> bytes:
    """Encode the definition so that equal content gives equal bytes.

    What equals its default is left out, written or not. (msgspec's own `omit_defaults` compares
    identities: a default that a person wrote down would have changed the hash.)
    """
    return msgspec.json.encode(plain(campaign), order="deterministic")


def content_hash(campaign: Campaign, saved: Mapping[str, Node] = NO_SAVED) -> str:
    """Return the SHA-256 of the canonical definition, as hex: what an approval binds to.

    `saved`: what the saved audiences that it names stand for. It is part of what was approved.
    """
    digest = hashlib.sha256(canonical(campaign))
    if saved:
        named = {name: plain(who) for name, who in saved.items()}
        digest.update(b"\n" + msgspec.json.encode(named, order="deterministic"))
    return digest.hexdigest()


def plain(value: object) -> Any:
    """Return plain data of a value, in the order of its fields, without what equals its default."""
    match value:
        case Struct():
            config = value.__struct_config__
            told = {config.tag_field: config.tag} if config.tag_field else {}
            for field in msgspec.structs.fields(value):
                inner = getattr(value, field.name)
                factory = field.default_factory
                default = field.default if factory is msgspec.NODEFAULT else factory()
                if default is msgspec.NODEFAULT or inner != default:
                    told[field.encode_name] = plain(inner)
            return told
        case tuple():
            return [plain(inner) for inner in value]
        case _:
            return value
