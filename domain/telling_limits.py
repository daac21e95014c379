"""How many at most, and when nobody is messaged, in plain English."""

from collections.abc import Iterator

from domain.campaign import DoNotDisturb, Limits, QuietWindow
from domain.phrases import duration


def tell_limits(limits: Limits, now: Limits | None = None) -> str:
    """Say how many messages a campaign, a day, a run and a user may have.

    `now`: its limits as they are, if somebody has lowered a cap since.
    """
    lines = [_caps(limits) or "No cap"]
    if now is not None:
        lines.append(f"Lowered since, and in force: {_caps(now).lower()}")
    if limits.portion_percent != 100:
        lines.append(f"{limits.portion_percent} % of those who qualify are addressed")
    lines += [*_safety(limits), *_of_a_user(limits)]
    return "\n".join(lines)


def _caps(limits: Limits) -> str:
    caps = [
        f"at most {cap:,} {per}"
        for cap, per in (
            (limits.cap_total, "in total"),
            (limits.cap_per_day, "a day"),
            (limits.cap_per_run, "a run"),
        )
        if cap is not None
    ]
    return ", ".join(caps).capitalize()


def _safety(limits: Limits) -> Iterator[str]:
    if limits.safety_limit is not None:
        yield f"Safety limit: it does not start if more than {limits.safety_limit:,} qualify"
    if limits.stop_on_block:
        yield "A run that is held keeps the later ones back until somebody answers"
    if limits.safety_per_hour is not None:
        yield f"It pauses itself if more than {limits.safety_per_hour:,} qualify within an hour"


def _of_a_user(limits: Limits) -> Iterator[str]:
    told = []
    if limits.per_user_max is not None:
        most = limits.per_user_max
        told.append("once" if most == 1 else f"at most {most:,} times")
    if limits.per_user_minutes is not None:
        apart = duration(limits.per_user_minutes)
        told.append(f"again after {apart} at the earliest")
    if told:
        yield f"A user gets it {', '.join(told)}"
    if limits.ignore_global:
        yield "The limits over all campaigns do not hold for it"
    if not limits.count_towards_global:
        yield "Its messages do not count towards the limits over all campaigns"
    if limits.over_global == "queue":
        yield "What is over the limits over all campaigns waits until they allow it"


def tell_quiet(quiet: DoNotDisturb | None) -> str:
    """Say when nobody is messaged, and what becomes of what falls due then."""
    if quiet is None:
        return "None"
    then = "sent afterwards" if quiet.mode == "delay" else "not sent at all"
    windows = ", ".join(_window(each) for each in quiet.windows)
    return f"{windows} where the user is; what falls due then is {then}"


def _window(window: QuietWindow) -> str:
    days = f" on {', '.join(day.capitalize() for day in window.days)}" if window.days else ""
    return f"{window.start} to {window.end}{days}"
