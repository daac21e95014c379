"""The books of a run or campaign: every qualified user in exactly one place (promise P27)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

import msgspec


class SkipReason(StrEnum):
    """Why a qualified user got no message. The list is closed; control groups are no skips."""

    UNREACHABLE = "unreachable"
    SUPPRESSED = "suppressed"
    NOT_IN_PORTION = "not_in_portion"
    SAFETY_NOT_DRAWN = "safety_not_drawn"
    RUN_SKIPPED = "run_skipped"
    PER_USER_LIMIT = "per_user_limit"
    FREQUENCY_LIMIT = "frequency_limit"
    DWELL_TIME = "dwell_time"
    CAP_REACHED = "cap_reached"
    CAP_DAY = "cap_day"
    CAP_RUN = "cap_run"
    DND_DISCARD = "dnd_discard"
    TIME_PASSED = "time_passed"
    ZONE_UNKNOWN = "zone_unknown"
    DATE_IN_PAST = "date_in_past"
    FILTER_NO_LONGER_MATCHES = "filter_no_longer_matches"
    CUTOFF = "cutoff"
    EXPIRED = "expired"
    CAMPAIGN_ENDED = "campaign_ended"
    PAUSED_DROPPED = "paused_dropped"
    STOPPED = "stopped"
    CONTENT_ABORTED = "content_aborted"
    CONTENT_FAILED = "content_failed"
    MISSING_VALUE = "missing_value"
    SET_ASIDE = "set_aside"
    TOO_LARGE = "too_large"
    NO_IDENTITY = "no_identity"
    INVALID_MESSAGE = "invalid_message"
    MERGED = "merged"
    DEAD = "dead"
    UNKNOWN = "unknown"

    def explain(self) -> str:
        """Return one sentence for marketers."""
        return _SENTENCES[self]


_SENTENCES: dict[SkipReason, str] = {
    SkipReason.UNREACHABLE: (
        "Only a device of the user is known (an anonymousId) and no userId: the campaign messages"
        " no such users, or the id is one that many devices share."
    ),
    SkipReason.SUPPRESSED: "The user was erased or asked for no more messages.",
    SkipReason.NOT_IN_PORTION: (
        "The campaign addresses a portion of those who qualify, and the user is not in it."
    ),
    SkipReason.SAFETY_NOT_DRAWN: (
        "The run was over its safety limit; a marketer let a random part of it go out, "
        "and the user was not drawn."
    ),
    SkipReason.RUN_SKIPPED: "The run was over its safety limit and a marketer skipped it.",
    SkipReason.PER_USER_LIMIT: "The user already got this campaign as often as it allows.",
    SkipReason.FREQUENCY_LIMIT: "The user already got as many messages as the global limits allow.",
    SkipReason.DWELL_TIME: "The user's last message is too recent.",
    SkipReason.CAP_REACHED: "The campaign's total cap was full.",
    SkipReason.CAP_DAY: "The campaign's cap for that day was full.",
    SkipReason.CAP_RUN: "The cap of that run was full and the user was not drawn.",
    SkipReason.DND_DISCARD: (
        "It was do-not-disturb time for the user, and the campaign discards instead of waiting."
    ),
    SkipReason.TIME_PASSED: "The send time had already passed in the user's time zone.",
    SkipReason.ZONE_UNKNOWN: "The user's time zone is unknown, and the campaign drops such users.",
    SkipReason.DATE_IN_PAST: "The date that triggers the message was too long ago.",
    SkipReason.FILTER_NO_LONGER_MATCHES: (
        "When the message fell due, the user no longer matched the campaign's filter."
    ),
    SkipReason.CUTOFF: "The message could not start before the campaign's cut-off time.",
    SkipReason.EXPIRED: (
        "The message waited longer after it fell due than its campaign allows, 72 hours at most."
    ),
    SkipReason.CAMPAIGN_ENDED: "The campaign ended before the message fell due.",
    SkipReason.PAUSED_DROPPED: "The campaign was paused, and it drops what happens in a pause.",
    SkipReason.STOPPED: "The campaign was stopped before the message went out.",
    SkipReason.CONTENT_ABORTED: "The content's own {% abort %} left this user out.",
    SkipReason.CONTENT_FAILED: "The content could not be rendered for this user.",
    SkipReason.MISSING_VALUE: (
        "A required key-value pair, or a value that stands in it, was not there for this user."
    ),
    SkipReason.SET_ASIDE: (
        "The user's profile or event is broken, so the user was set aside; the others went on."
    ),
    SkipReason.TOO_LARGE: "The message was larger than the 32 KB that Segment takes.",
    SkipReason.NO_IDENTITY: "The message had neither a user id nor an anonymous id.",
    SkipReason.INVALID_MESSAGE: "The message broke a rule of Segment's; nothing was sent.",
    SkipReason.MERGED: (
        "The user turned out to be a person known by another id, who has this message under that "
        "one or belongs to its control group."
    ),
    SkipReason.DEAD: "Segment refused the message for good.",
    SkipReason.UNKNOWN: (
        "Nobody knows whether Segment took the message; it is not sent again unless a person "
        "decides so."
    ),
}


class Books(msgspec.Struct, frozen=True):
    """How many users ended where. `qualified` includes the control groups."""

    qualified: int = 0
    control: int = 0
    sent: int = 0
    skipped: Mapping[SkipReason, int] = msgspec.field(default_factory=dict)
    pending: int = 0

    def skipped_total(self) -> int:
        """Return how many users were skipped, for whatever reason."""
        return sum(self.skipped.values())

    def gap(self) -> int:
        """Return how many qualified users are in no place (> 0) or in two (< 0)."""
        return self.qualified - self.control - self.sent - self.skipped_total() - self.pending

    def balanced(self) -> bool:
        """Whether qualified = control + sent + skipped + pending and no count is negative."""
        counts = (self.qualified, self.control, self.sent, self.pending, *self.skipped.values())
        return self.gap() == 0 and min(counts) >= 0

    def __add__(self, other: Self) -> "Books":
        """Return the books of both together; reasons in the order of `SkipReason`."""
        return Books(
            qualified=self.qualified + other.qualified,
            control=self.control + other.control,
            sent=self.sent + other.sent,
            skipped={
                reason: self.skipped.get(reason, 0) + other.skipped.get(reason, 0)
                for reason in SkipReason
                if reason in self.skipped or reason in other.skipped
            },
            pending=self.pending + other.pending,
        )
