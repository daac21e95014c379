"""What a rehearsal says, in sentences: for Slack, for the terminal, and beside its picture."""

from collections.abc import Iterator

from actors.mail_rehearsal import Rehearsed
from actors.mail_trust import Told
from actors.mail_views import RehearsalView
from bot import words
from domain import phrases
from domain.spans import Span
from domain.zones import local_wall

MINUTE_MS = 60_000
SHARE_SHOWN_MIN = 0.1
PERCENT_TIGHT = 80
"""From this much of the pace on, the busiest hour is close to it."""


def title_of(answer: Rehearsed) -> str:
    """Return which stretch was played: `2026-02-18 to 2026-03-20`."""
    first, last = (local_wall(at, answer.zone) for at in (answer.from_ms, answer.until_ms))
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def sentences(answer: Rehearsed) -> Iterator[str]:
    """Yield the findings, the most important first."""
    held = answer.books
    if not held.qualified and not answer.blocked:
        yield _nobody(answer)
        return
    messages = words.count_of(held.sent, "message")
    yield f"{messages} to {words.count_of(answer.users, 'user')} would have gone"
    for run in answer.blocked:
        yield (
            f"The safety check would have held the run {words.run_of(run.run)}:"
            f" {words.number(run.qualified)} qualify, the limit is {words.number(run.limit)}"
        )
    if held.control:
        control = words.number(held.control)
        yield f"{control} would have been held back in control groups, to compare"
    if answer.held:
        waits = words.count_of(answer.held, "message")
        yield f"{waits} would have waited for the end of do-not-disturb"
    if answer.queued:
        waits = words.count_of(answer.queued, "message")
        yield f"{waits} would have waited until the limits over all campaigns allow more"
    if answer.slowed:
        slowed = words.count_of(answer.slowed, "message")
        most = phrases.duration(max(answer.slowed_ms // MINUTE_MS, 1))
        yield f"{slowed} would have waited for the pace or a throttle, {most} at most"
    if answer.paused_ms is not None:
        at = _moment(answer.paused_ms, answer.zone)
        yield f"It would have paused itself on {at}: too many qualified within an hour"
    if answer.waiting:
        yield f"{words.count_of(answer.waiting, 'wait')} would not have been over at the end"
    if answer.cap_filled_ms is not None:
        yield f"The total cap would have been full on {_moment(answer.cap_filled_ms, answer.zone)}"
    for n, what in ((answer.full_days, "day"), (answer.full_runs, "run")):
        if n:
            yield f"The cap of {words.count_of(n, what)} would have been full"
    yield from _hours(answer)


def _nobody(answer: Rehearsed) -> str:
    if answer.kind == "live" and not answer.events:
        return "Nobody would have qualified: none of its events happened in these days"
    if answer.kind != "live" and not answer.runs:
        return "Nobody would have qualified: it would have had no run in these days"
    return "Nobody would have qualified"


def _hours(answer: Rehearsed) -> Iterator[str]:
    if answer.busiest is not None:
        yield _busiest(answer, answer.busiest)
    if answer.fullest is not None:
        yield _fullest(answer, answer.fullest)


def _busiest(answer: Rehearsed, hour: Span) -> str:
    n, at = hour.n, _moment(hour.from_ms, answer.zone)
    said = f"The busiest hour begins {at} with {words.count_of(n, 'message')}"
    if not answer.hour_max:
        return said
    percent = 100 * n / answer.hour_max
    if percent >= PERCENT_TIGHT:
        return f"{said}: {words.number(answer.hour_max)} may go in an hour, so they would queue"
    share = f"{percent:.1f}" if percent >= SHARE_SHOWN_MIN else f"less than {SHARE_SHOWN_MIN}"
    return f"{said}, {share} % of what may go in an hour"


def _fullest(answer: Rehearsed, hour: Span) -> str:
    others, n = answer.fullest_others, hour.n
    at = _moment(hour.from_ms, answer.zone)
    said = (
        f"Other campaigns sent {words.count_of(others, 'message')} in the hour that begins {at},"
        f" in which {words.number(n)} of these would have gone"
    )
    percent = 100 * (n + others) / max(answer.shared_max, 1)
    if percent < PERCENT_TIGHT:
        return said
    most = words.number(answer.shared_max)
    return f"{said}: all campaigns together may send {most} in an hour, so some would wait"


def steps_of(told: Told) -> Iterator[tuple[int, str]]:
    """Yield (moment, what happened) of an example.

    Nothing was sent, so its messages' ids, revision and attempts are nobody's concern.
    """
    for step in told.steps:
        if step.said.startswith("attempt "):
            continue
        said = step.said.replace(
            f"Segment accepted it under the id {step.message_id}", "it goes out"
        )
        yield (
            step.at_ms,
            said.replace(f"message {step.message_id} was written (revision 1)", "gets it"),
        )


def played(answer: Rehearsed) -> str:
    """Return what was played: `12,345 events, 3 of them when they happened, in 4.2 s`."""
    moved = f", {words.number(answer.moved)} of them late ones" if answer.moved else ""
    took = f"in {answer.took_ms / 1000:.1f} s"
    return f"{words.count_of(answer.events, 'event')} played{moved}, {took}"


def line_of(view: RehearsalView, zone: str) -> str:
    """Return how the rehearsal of a review stands, for its card."""
    if view.state == "waits":
        return _under_way(view)
    if view.state == "refused":
        return f"It could not be rehearsed: {view.said}"
    first, last = (local_wall(at, zone) for at in (view.from_ms, view.until_ms))
    messages = f"{words.count_of(view.messages, 'message')} to {words.count_of(view.users, 'user')}"
    gone = f"{messages} would have gone" if view.messages else "nothing would have gone"
    said = [f"Rehearsed over {first:%Y-%m-%d} to {last:%Y-%m-%d}: {gone}"]
    if view.held_runs:
        said.append(f"The safety check would have held {words.count_of(view.held_runs, 'run')}")
    if view.paused:
        said.append("It would have paused itself: too many qualified within an hour")
    if view.shared_max and 100 * view.fullest >= PERCENT_TIGHT * view.shared_max:
        fullest, most = words.number(view.fullest), words.number(view.shared_max)
        said.append(f"Its fullest hour would have had {fullest} with other campaigns, of {most}")
    elif view.hour_max and 100 * view.busiest >= PERCENT_TIGHT * view.hour_max:
        busiest, most = words.number(view.busiest), words.number(view.hour_max)
        said.append(f"In its busiest hour {busiest} would have gone, of {most} that may")
    return ". ".join(said)


def _under_way(view: RehearsalView) -> str:
    if view.percent is None:
        return "It is being rehearsed over what happened lately, which keeps nobody from deciding"
    if not view.percent:
        return "Its rehearsal begins, which keeps nobody from deciding"
    days = f"{view.days_done} of {words.count_of(view.days, 'day')}"
    return f"Its rehearsal has played {days} ({view.percent} %), which keeps nobody from deciding"


def _moment(at_ms: int, zone: str) -> str:
    return f"{local_wall(at_ms, zone):%Y-%m-%d %H:%M} ({zone})"
