"""The rules of limits: numbers that are possible, and only those that the kind of campaign uses."""

from collections.abc import Iterator

from domain.campaign import Campaign
from domain.frequency import MESSAGES_MAX
from domain.place import member
from domain.problem import Problem

LIMIT_MAX = 1_000_000_000
PER_USER_MINUTES_MIN = 5
PER_USER_MINUTES_MAX = 30 * 24 * 60

_BOUNDS = {
    "cap_total": (1, LIMIT_MAX),
    "cap_per_day": (1, LIMIT_MAX),
    "cap_per_run": (1, LIMIT_MAX),
    "safety_limit": (1, LIMIT_MAX),
    "safety_per_hour": (1, LIMIT_MAX),
    "per_user_max": (1, MESSAGES_MAX),
    "per_user_minutes": (PER_USER_MINUTES_MIN, PER_USER_MINUTES_MAX),
}
_ONLY_LIVE = {
    "safety_per_hour": (
        "How many qualify for a run is known before it starts.",
        "Use safety_limit.",
    ),
}
_ONLY_PAST = {
    "cap_per_run": (
        "A live campaign has no runs to cap.",
        "Use cap_per_day, cap_total, or both.",
    ),
    "safety_limit": (
        "Who will qualify for a live campaign is not known before it starts.",
        "Use safety_per_hour: the campaign pauses itself when more than that qualify.",
    ),
}
_ONLY_AGAIN = ("per_user_max", "per_user_minutes")


def limit_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with a campaign's limits; control groups have rules of their own."""
    limits, live = campaign.limits, campaign.kind == "live"
    for name, (least, most) in _BOUNDS.items():
        value: int | None = getattr(limits, name)
        if value is not None and not least <= value <= most:
            fix = f"Choose {least} to {most}, or leave it out for no limit."
            yield Problem(member("limits", name), f"{value} is not possible.", fix)
    if not 1 <= limits.portion_percent <= 100:
        what = f"{limits.portion_percent} % is not possible."
        yield Problem("limits.portion_percent", what, "Choose 1 to 100; 100 is everyone.")
    for name, (what, fix) in (_ONLY_PAST if live else _ONLY_LIVE).items():
        if getattr(limits, name) is not None:
            yield Problem(member("limits", name), what, fix)
    when = campaign.when
    if limits.cap_per_day is not None and not live and when.personal is None:
        what = "All of a run falls due at one moment, so it has no cap per day."
        fix = "Use cap_per_run, or give each user a time of their own: [when.personal]."
        yield Problem("limits.cap_per_day", what, fix)
    if limits.stop_on_block and limits.safety_limit is None:
        what = "Without a safety limit no run is ever held."
        yield Problem("limits.stop_on_block", what, "Add safety_limit, or remove it.")
    elif limits.stop_on_block and not live and not when.repeat and len(when.dates) < 2:
        what = "The campaign has no later runs that a held one could stop."
        yield Problem("limits.stop_on_block", what, "Remove it, or add [when.repeat] or dates.")
    yield from _user_problems(
        campaign, again=live or when.repeat is not None or len(when.dates) > 1
    )


def _user_problems(campaign: Campaign, *, again: bool) -> Iterator[Problem]:
    limits = campaign.limits
    for name in _ONLY_AGAIN:
        if not again and getattr(limits, name) is not None:
            what = "The campaign runs once, so nobody can get it twice."
            yield Problem(member("limits", name), what, "Remove it, or let the campaign repeat.")
    if limits.ignore_global and limits.over_global == "queue":
        what = "It ignores the limits over all campaigns, so nothing of it can be over them."
        yield Problem("limits.over_global", what, "Remove it, or remove ignore_global.")
