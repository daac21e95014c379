"""Numbers, moments, people and states as a marketer reads them in Slack."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from actors.mail import BooksView, CampaignView, Estimate
from bot.blocks import escaped
from bot.moments import date
from domain.books import SkipReason
from domain.personal import NAME
from domain.review import State
from domain.slots import Slot
from domain.zones import find

BAR_CELLS = 20

STATES: Mapping[str, tuple[str, str]] = {
    State.DRAFT: (":memo:", "Draft"),
    State.IN_REVIEW: (":eyes:", "In review"),
    State.REJECTED: (":pencil2:", "Changes requested"),
    State.APPROVED: (":white_check_mark:", "Approved, not yet published"),
    State.SCHEDULED: (":calendar:", "Scheduled"),
    State.RUNNING: (":large_green_circle:", "Running"),
    State.AWAITING_NEXT_RUN: (":hourglass_flowing_sand:", "Waiting for its next run"),
    State.PAUSED: (":double_vertical_bar:", "Paused"),
    State.BLOCKED: (":octagonal_sign:", "Held by its safety limit"),
    State.FAULTED: (":warning:", "Stopped by a fault"),
    State.STOPPED: (":no_entry_sign:", "Stopped"),
    State.COMPLETED: (":ballot_box_with_check:", "Completed"),
}
"""Each state's emoji and name. A test demands that none is missing."""

KINDS: Mapping[str, str] = {"live": "Live", "past_behaviour": "Past behaviour"}


_RUN = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d\[[A-Za-z0-9_+/-]+\]")
_AT_A_TERMINAL = re.compile(r"(?:;|, or) at a terminal (?:from )?`[^`]*`")
_NAMED = re.compile(r"(?<!\w)@([UW][A-Z0-9]{6,})\b")


def number(value: int) -> str:
    """Return a number with thousands separators."""
    return f"{value:,}"


def count_of(value: int, one: str, many: str = "") -> str:
    """Return `1 user` or `1,234 users`."""
    return f"{number(value)} {one if value == 1 else many or f'{one}s'}"


def person(user: str) -> str:
    """Return a mention that Slack shows as a name; someone at the command line is just named."""
    return f"<@{user}>" if is_slack_id(user) else escaped(user) or "somebody"


def is_slack_id(user: str) -> bool:
    """Tell a person in Slack from somebody who is only known at the command line."""
    return user[:1] in ("U", "W") and user.isalnum() and user.upper() == user


def in_slack(text: str) -> str:
    """Return text of the engine's without what only somebody at a terminal could type."""
    return _AT_A_TERMINAL.sub("", text)


def mentioned(text: str) -> str:
    """Return escaped text of the engine's for people: who and what it names as they know them.

    Its `@U0ANA00001` are mentions, and a run that it calls `2026-03-29T09:00[Europe/Kyiv]` is the
    one of 2026-03-29 09:00 Europe/Kyiv.
    """
    text = in_slack(text)
    return _RUN.sub(lambda found: run_of(found[0]), _NAMED.sub(r"<@\1>", text))


def moment(at_ms: int, zone: str) -> str:
    """Return a time that each reader sees in their own zone, with the account's beside it."""
    there = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(find(zone))
    fallback = plain_moment(at_ms, zone)
    token = date(at_ms, fallback)
    return f"{token} ({there:%H:%M} {escaped(zone)})"


def run_moment(run: Slot, zone: str) -> str:
    """Return when a run begins; if it goes by each user's time, what that is as well."""
    begins = moment(run.due_ms, zone)
    if not run.name.endswith(f"[{NAME}]"):
        return begins
    return f"{run_of(run.name)}: for the first of them {begins}"


def second(at_ms: int, zone: str) -> str:
    """Return a moment of today to the second, for what begins within minutes."""
    there = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(find(zone))
    fallback = f"{there:%H:%M:%S} {zone}"
    return f"at {date(at_ms, fallback, '{time_secs}')}"


def plain_moment(at_ms: int, zone: str) -> str:
    """Return a time on the account's wall, for whoever sees no other."""
    there = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(find(zone))
    return f"{there:%Y-%m-%d %H:%M} {zone}"


def run_of(run: str) -> str:
    """Return a run's name for people; a scheduled one is its local time: `2026-03-29 09:00`."""
    slot, bracket, zone = run.removesuffix("]").partition("[")
    zone = "where each user is" if zone == NAME else zone
    return escaped(f"{slot.replace('T', ' ')} {zone}" if bracket else run)


_REASONS: Mapping[str, str] = {
    "adopted": "The database was restored or copied. Resume it when that is right.",
    "all paused": "Somebody paused everything at once.",
    "all sent": "Every message of the run has ended.",
    "cap_reached": "The total cap has been delivered.",
    "ended": "Its end has come.",
    "its time passed": "Its scheduled time passed before it was published.",
    "given_up": "Its run was given up: the database was restored or copied.",
    "missed": "Its run was missed: it was more than 2 hours late.",
    "raise_requested": "A higher safety limit waits for a second person's approval.",
    "run skipped": "Its run was skipped; nobody was messaged.",
    "template_errors": "More than 5 % of its messages could not be rendered; it paused itself.",
    "safety_per_hour": "More users qualified within an hour than it allows; it paused itself.",
    "taken back before it began": "It was taken back before it began; nobody was messaged.",
    "safety_limit": "More users qualify than the safety limit allows; nobody was messaged.",
}
"""Why a campaign is as it is, when the engine and not a person says so."""


def reason_of(reason: str) -> str:
    """Return the reason of a state as a sentence; a person's own words stay what they are."""
    return _REASONS.get(reason, " ".join(reason.split()))


def state_of(state: str) -> str:
    """Return the emoji and the name of a state."""
    emoji, name = STATES.get(state, (":question:", state))
    return f"{emoji} {name}"


def state_name(state: str) -> str:
    """Return the name of a state."""
    return STATES.get(state, ("", state))[1]


def state_words(state: str) -> str:
    """Return a state's name inside a sentence."""
    return state_name(state).lower()


def kind_of(kind: str) -> str:
    """Return the name of a kind of campaign."""
    return KINDS.get(kind, escaped(kind))


def skip_of(reason: str) -> str:
    """Return why users were skipped, in words."""
    return escaped(_skip(reason))


def uncoded(text: str) -> str:
    """Return a trail's sentence with its reasons in words: `1 skipped (cap of the day)`."""
    return _IN_BRACKETS.sub(lambda found: _skip(found[0]), text)


def _skip(reason: str) -> str:
    return _SKIPS.get(reason) or reason.replace("_", " ")


_SKIPS: Mapping[str, str] = {
    SkipReason.CAP_DAY: "cap of the day",
    SkipReason.CAP_RUN: "cap of the run",
    SkipReason.DND_DISCARD: "do-not-disturb",
    SkipReason.FILTER_NO_LONGER_MATCHES: "fits no longer",
    SkipReason.PAUSED_DROPPED: "during a pause",
    SkipReason.SAFETY_NOT_DRAWN: "safety limit",
    SkipReason.DEAD: "refused by Segment",
    SkipReason.UNKNOWN: "may have arrived",
}
"""The reasons whose names are no words for a marketer."""


_IN_BRACKETS = re.compile(rf"(?<=\()(?:{'|'.join(SkipReason)})(?=\))")


def waterfall(estimate: Estimate) -> str:
    """Return the estimated reach, one step a line, in a fixed-width block."""
    rows = (
        ("Qualify", estimate.qualified),
        *_control(estimate),
        *((("- not in the portion", estimate.outside),) if estimate.outside else ()),
        ("- unreachable", estimate.unreachable),
        *((("- over a limit now", estimate.limited),) if estimate.limited else ()),
        ("- over the cap", estimate.capped),
        ("= get a message", estimate.expected),
    )
    rate = f"\n:hourglass_flowing_sand: {escaped(estimate.rate)}." if estimate.rate else ""
    notes = "".join(f"\n:warning: {escaped(note)}." for note in estimate.notes)
    return _table([(label, number(value)) for label, value in rows]) + rate + notes


def _control(estimate: Estimate) -> list[tuple[str, int]]:
    """Return a step for each control group, or one where there is one."""
    if len(estimate.control_of) > 1:
        return [(f"- {group} control", n) for group, n in estimate.control_of.items()]
    return [("- control group", estimate.control)]


def books(books_view: BooksView) -> str:
    """Return the books as a fixed-width block: what is sent, skipped, still to come, and a bar."""
    rows = [("Qualified", books_view.qualified), ("Control group", books_view.control)]
    rows.append(("Sent", books_view.sent))
    rows += [(f"Skipped: {skip_of(why)}", n) for why, n in sorted(books_view.skipped.items())]
    rows.append(("Pending", books_view.pending))
    return _table([(label, number(value)) for label, value in rows], bar(books_view))


def bar(books_view: BooksView) -> str:
    """Return how far it is as a bar of text; empty when nobody has qualified yet."""
    whole = books_view.qualified - books_view.control
    if whole <= 0:
        return ""
    settled = max(0, whole - books_view.pending)
    cells = settled * BAR_CELLS // whole
    percent = settled * 100 // whole
    return f"{'█' * cells}{'░' * (BAR_CELLS - cells)} {percent} % settled"


def kind_line(view: CampaignView) -> str:
    """Return one grey line: kind, revision, author and editors."""
    parts = [kind_of(view.kind), f"revision {view.revision}", f"by {person(view.author)}"]
    others = [each for each in view.editors if each != view.author]
    if others:
        parts.append(f"edited by {', '.join(person(each) for each in others[:5])}")
    return " · ".join(parts)


def _table(rows: list[tuple[str, Any]], below: str = "") -> str:
    labels = max(len(label) for label, _ in rows)
    values = max(len(value) for _, value in rows)
    lines = [f"{label:<{labels}}  {value:>{values}}" for label, value in rows]
    return "\n".join(["```", *lines, *([below] if below else []), "```"])
