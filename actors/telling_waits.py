"""A user's waits in one campaign, told as steps: since when, until when, and what came of each."""

from collections.abc import Iterator, Mapping

from actors.mail_trust import Step
from actors.telling import moment
from domain.facts import Event
from domain.phrases import quoted
from domain.telling_trigger import duration
from domain.timer import Timer
from domain.trigger import Trigger, offset_minutes, stops
from store.admission import LIVE


def wait_steps(
    timer: Timer, trigger: Trigger, by: Mapping[int, Event], zone: str, *, over: str = ""
) -> Iterator[Step]:
    """Tell of one wait; `by` are the events that may have ended it, by their place in the log.

    `over`: how the campaign ended, if it did. `zone` is the account's.
    """
    until = moment(timer.due_ms, zone)
    began = f"it waits until {until}{_for_what(trigger)}"
    if timer.first_ms < timer.since_ms:
        began += f", anew from {moment(timer.since_ms, zone)} on"
    yield _step(timer, timer.armed_ms, began)
    ended = timer.armed_ms if timer.ended_ms is None else timer.ended_ms
    what = _named(by.get(timer.ended_by or 0), zone)
    match timer.state:
        case "armed":
            if over:
                yield _step(timer, ended, f"the campaign was {over} meanwhile: it waits no more")
        case "fired":
            yield _step(timer, ended, "the wait was over, and everything was asked once more")
        case "cancelled":
            yield _step(timer, ended, f"the wait was cleared by {what}: nothing is sent")
        case "restarted":
            yield _step(timer, ended, f"a wait that {what} began took its place")
        case "replaced":
            yield _step(timer, ended, f"the date was replaced by {what}")
        case "set_aside":
            yield _step(timer, ended, "the wait was over, and the user could not be considered")


def _for_what(trigger: Trigger) -> str:
    if trigger.without is not None:
        several = [quoted(doing.event) for doing in stops(trigger)]
        return f", if {' or '.join(several)} is not done in time"
    if trigger.date is not None:
        offset = offset_minutes(trigger.date)
        side = "before" if offset < 0 else "after"
        of = f"the date in {trigger.date.property}"
        return f": {duration(abs(offset))} {side} {of}" if offset else f": {of}"
    return f", {duration(trigger.delay_minutes)} after the event"


def _named(event: Event | None, zone: str) -> str:
    if event is None:
        return "another event"
    return f"“{event.name}” of {moment(event.time_ms, zone)}"


def _step(timer: Timer, at_ms: int, said: str) -> Step:
    return Step(at_ms, said, run=LIVE, event_seq=timer.event_seq)
