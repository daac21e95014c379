"""The step Limits: how many messages at most, when nobody is disturbed, and what else is asked."""

from typing import Any

from bot.blocks import Block, divider
from bot.wizard import durations
from bot.wizard.asking import MORE_HINT, Asking
from bot.wizard.bounds import (
    ALL,
    CONTROL,
    DELIVERY,
    USER,
    LimitsValues,
    fill_limits,
    say_delivery,
    say_limits,
)
from bot.wizard.kept import kept_blocks, read_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Page, Step, StepName, block_id, entered, place_among
from bot.wizard.windows import fill_quiet, say_quiet
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits
from domain.recurrence import WEEKDAYS
from domain.summary import tell_delivery
from domain.telling_limits import tell_limits, tell_quiet

_STEP = StepName.LIMITS
_QUIET = {
    "none": "None: send at any time",
    "delay": "Wait until it ends, then send",
    "discard": "Drop what falls into it",
}
_WEEKDAYS = {name: name.capitalize() for name in WEEKDAYS}
_TOPICS = {
    USER: "How often one user gets it",
    ALL: "The limits over all campaigns",
    CONTROL: "Control groups, and a portion of the users",
    DELIVERY: "How fast it is sent, how late, and to anonymous users",
}
_BLOCKS = {"yes": "A run that is held keeps the later ones back"}
_IGNORES = {"yes": "They do not hold for this campaign"}
_COUNTS = {"yes": "Its messages count towards them"}
_OVER = {"drop": "is skipped", "queue": "waits until they allow it"}
_SYSTEM = {"yes": "Those in the system control group get nothing"}
_ANONYMOUS = {"yes": "Those of whom only a device is known get it as well"}
_AMBIGUOUS = {
    "retry": "goes again under the same id",
    "hold": "waits for a person (for coupons)",
}
_PLACES = {
    "limits": "cap",
    "limits.cap_per_day": "cap_each",
    "limits.cap_per_run": "cap_each",
    "limits.safety_limit": "safety",
    "limits.stop_on_block": "stop_on_block",
    "limits.safety_per_hour": "safety_hour",
    "limits.per_user_max": "user_max",
    "limits.per_user_minutes": "user_gap",
    "limits.over_global": "over_global",
    "limits.portion_percent": "portion",
    "limits.control_percent": "control",
    "limits.control_groups": "control_groups",
    "do_not_disturb": "quiet_from",
    "do_not_disturb.end": "quiet_to",
    "do_not_disturb.days": "quiet_days",
    "do_not_disturb.also": "windows",
    "delivery": "pace",
    "delivery.expires_minutes": "expires",
    "delivery.anonymous": "anonymous",
}


def _blocks(part: LimitsValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    if part.kept:
        shown = kept_blocks(_STEP, "kept", [tell_limits(read_kept(part.kept, Limits))])
    else:
        shown = _how_many(part, ask, page)
    if part.kept_quiet:
        told = tell_quiet(read_kept(part.kept_quiet, DoNotDisturb))
        shown += kept_blocks(_STEP, "kept_quiet", [f"Do not disturb: {told}"])
    else:
        shown += _quiet(part, ask)
    topics = {
        topic: words
        for topic, words in _TOPICS.items()
        if not (part.kept_delivery if topic == DELIVERY else part.kept)
    }
    if topics:
        asked = ask.checks(
            "topics", "More questions", topics, part.topics, redraws=True, hint=MORE_HINT
        )
        shown += [divider(), *asked]
    for topic, questions in _QUESTIONS.items():
        if topic in part.topics and topic in topics:
            shown += questions(part, ask)
    if part.kept_delivery:
        kept = read_kept(part.kept_delivery, Delivery)
        campaign = Campaign("", "live" if page.live else "past_behaviour", delivery=kept)
        shown += kept_blocks(_STEP, "kept_delivery", [f"Delivery: {tell_delivery(campaign)}"])
    return shown


def _how_many(part: LimitsValues, ask: Asking, page: Page) -> list[Block]:
    shown = ask.number("cap", "At most this many messages (cap)", part.cap, placeholder="No cap")
    if page.live:
        hint = "If more users qualify within an hour, the campaign pauses itself."
        return [
            *shown,
            *ask.number("cap_each", "And at most a day (cap)", part.cap_each, placeholder="No cap"),
            *ask.number("safety_hour", "Safety limit an hour", part.safety_hour, hint=hint),
        ]
    hint = "If more users qualify, nobody is messaged and the alerts channel is asked."
    several = not page.once
    if several or part.cap_each:  # of one run both caps are the same
        shown += ask.number(
            "cap_each", "And at most in each run (cap)", part.cap_each, placeholder="No cap"
        )
    if page.own_times:
        times = "By the days of the account on which users' own times are."
        shown += ask.number(
            "cap_day", "And at most a day (cap)", part.cap_day, placeholder="No cap", hint=times
        )
    shown += ask.number(
        "safety", "Safety limit", part.safety, placeholder="No safety limit", hint=hint
    )
    if several or part.stop_on_block:
        shown += ask.checks("stop_on_block", "If it has several runs", _BLOCKS, part.stop_on_block)
    return shown


def _quiet(part: LimitsValues, ask: Asking) -> list[Block]:
    shown = ask.select("quiet", "Do not disturb", _QUIET, part.quiet, redraws=True)
    if part.quiet == "none":
        return shown
    hint = "In each user's own time zone; it may cross midnight."
    lines = "One a line. 24:00 is the end of the day; without days it is every day."
    return [
        *shown,
        *ask.time("quiet_from", "From", part.quiet_from),
        *ask.time("quiet_to", "To", part.quiet_to, hint=hint),
        *ask.many("quiet_days", "On", _WEEKDAYS, part.quiet_days, hint="None: every day."),
        *ask.text(
            "windows",
            "And also",
            part.windows,
            placeholder="saturday, sunday 00:00-24:00",
            hint=lines,
            multiline=True,
        ),
    ]


def _of_a_user(part: LimitsValues, ask: Asking) -> list[Block]:
    hint = "A live campaign, or one with several runs. Empty: every time."
    return [
        *ask.number("user_max", "One user gets it at most so often", part.user_max, hint=hint),
        *ask.number("user_gap", "And never again within", part.user_gap),
        *ask.select("user_gap_unit", "Counted in", durations.CHOICES, part.user_gap_unit),
    ]


def _over_all(part: LimitsValues, ask: Asking) -> list[Block]:
    return [
        *ask.checks("ignore_global", "The limits over all campaigns", _IGNORES, part.ignore_global),
        *ask.checks("counts", "Its messages", _COUNTS, part.counts),
        *ask.select("over_global", "What is over them", _OVER, part.over_global),
    ]


def _control(part: LimitsValues, ask: Asking) -> list[Block]:
    percent = "2 to 99 of 100 who qualify. Empty: none."
    groups = "The operator's, by name, separated by commas."
    return [
        *ask.number("portion", "Per cent of those who qualify are addressed", part.portion),
        *ask.number("control", "Per cent get nothing, to compare with", part.control, hint=percent),
        *ask.checks("system_control", "The system control group", _SYSTEM, part.system_control),
        *ask.text("control_groups", "Other control groups", part.control_groups, hint=groups),
    ]


def _delivery(part: LimitsValues, ask: Asking) -> list[Block]:
    late = "At most 72 hours. Empty: an hour for a live campaign, else 72 hours."
    return [
        *ask.number("pace", "At most this many in 5 minutes", part.pace, placeholder="No limit"),
        *ask.number("expires", "Never later than this after it fell due", part.expires, hint=late),
        *ask.select("expires_unit", "Counted in", durations.CHOICES, part.expires_unit),
        *ask.select("ambiguous", "What may have arrived", _AMBIGUOUS, part.ambiguous),
        *ask.checks("anonymous", "Anonymous users", _ANONYMOUS, part.anonymous),
    ]


_QUESTIONS = {USER: _of_a_user, ALL: _over_all, CONTROL: _control, DELIVERY: _delivery}


def _read(part: LimitsValues, given: Given) -> LimitsValues:
    return entered(part, _STEP, given)


def _say(part: LimitsValues, live: bool, reading: Reading) -> dict[str, Any]:
    return {
        "limits": say_limits(part, reading, live=live),
        "do_not_disturb": say_quiet(part, reading),
        "delivery": say_delivery(part, reading),
    }


def _fill(campaign: Campaign) -> LimitsValues:
    return fill_quiet(fill_limits(campaign), campaign.do_not_disturb)


def _place(part: LimitsValues, where: str) -> str:
    if where == "limits.cap_per_day" and part.cap_day:  # users have times of their own
        return block_id(_STEP, "cap_day")
    return place_among(_STEP, _PLACES, where)


STEP = Step(_STEP, "Limits", _blocks, _read, _say, _fill, _place)
