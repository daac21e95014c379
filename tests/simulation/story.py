"""A life in words, one line for each thing that happened.

How to read a failing seed: the last lines say which promise did not hold, when and what was seen.
Look for that time in the story above; everything stands there in the order in which it happened,
with the true time since the life began, whatever the daemons' wall clock showed. A request is
followed by what Segment took of it and by what the daemon got to see: where these differ, the
daemon could not know. Between `killed` and the next `started` nobody is at home. Then shrink: a
plan of one campaign and three acts is read in a minute.
"""

from collections.abc import Callable

from tests.simulation.history import (
    Answered,
    Aside,
    Asked,
    Books,
    Controlled,
    Daemon,
    Ended,
    Entry,
    Goals,
    Kept,
    Left,
    Outage,
    Planned,
    Posted,
    Ran,
    Received,
    Request,
    Response,
    Rest,
    Rotten,
    Suppressed,
    Tested,
    User,
    Violation,
    WallClock,
    Watched,
)


class Story:
    """Tells entries as they come; `line` takes each line. Books are told when they have changed."""

    def __init__(self, line: Callable[[str], None], start_ms: int) -> None:
        self._line = line
        self._start_ms = start_ms
        self._books: dict[str, str] = {}

    def tell(self, entry: Entry) -> None:
        """Tell one entry."""
        said = _words(entry)
        if isinstance(entry, Books):
            if self._books.get(entry.campaign) == said:
                return
            self._books[entry.campaign] = said
        self._line(f"{self._when(entry.at_ms)}  {said}")

    def violation(self, one: Violation) -> None:
        """Tell which promise did not hold."""
        self._line(f"{self._when(one.at_ms)}  BROKEN {one.promise}: {one.what}")

    def _when(self, at_ms: int) -> str:
        left, ms = divmod(at_ms - self._start_ms, 1_000)
        days, left = divmod(left, 86_400)
        return f"{days:>2}d {left // 3600:02}:{left // 60 % 60:02}:{left % 60:02}.{ms:03}"


def _words(entry: Entry) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    match entry:
        case User(user=user, zone=zone, group=group):
            return f"{user} is of group {group}, zone {zone or 'none'}"
        case Planned():
            return f"planned: {_set(entry)}"
        case Posted(events=events, status=status):
            what = ", ".join(f"{e.id} {e.name!r} of {e.user}" for e in events)
            return f"posted {what}: {status or 'no answer'}"
        case Asked(n=n, act=act, campaign=campaign, by=by, said=said):
            return f"({n}) {by} asks to {act} {campaign} {said}".rstrip()
        case Answered(n=n, ok=ok, on_the_wire=on_the_wire):
            wire = f", {on_the_wire} on the wire" if on_the_wire else ""
            return f"({n}) is told {'yes' if ok else 'no'}{wire}"
        case Request(n=n, daemon=daemon, messages=messages, fault=fault):
            what = ", ".join(f"{m.campaign}:{m.user}:{m.message_id[-6:]}" for m in messages)
            return f"request {n} of daemon {daemon}{f' ({fault})' if fault else ''}: {what}"
        case Received(n=n, accepted=accepted, duplicates=duplicates, dropped=dropped):
            return (
                f"request {n}: Segment takes {len(accepted)}, knows {len(duplicates)} already,"
                f" drops {len(dropped)}"
            )
        case Response(n=n, status=status, success=success):
            wait = "".join(f", wait {hint}" for hint in (entry.retry_after, entry.reset) if hint)
            seen = f"{status or 'no answer'}{' ok' if success else ''}{wait}"
            return f"request {n}: the daemon sees {seen}"
        case Daemon(daemon=daemon, what=what):
            return f"daemon {daemon} {what}"
        case WallClock(offset_ms=offset_ms):
            return f"the wall clock is {offset_ms} ms ahead of the truth"
        case Outage(up=up):
            return f"Segment is {'back' if up else 'away'}"
        case Books(campaign=campaign):
            return f"{campaign} is {entry.state}: {_books(entry)}"
        case Goals(campaign=campaign):
            return (
                f"{campaign}: of {entry.users} users {entry.converted} converted, by"
                f" {entry.conversions} events; of {entry.control_users} in control"
                f" {entry.control_converted}, by {entry.control_conversions} events"
            )
        case Watched(campaign=campaign, user=user, run=run, occurrence=occurrence):
            return f"{user} is of the control group of {campaign} in {run} {occurrence}".rstrip()
        case Controlled(campaign=campaign, user=user, group=group):
            return f"{user} is of the {group} control group of {campaign}"
        case Kept(log=log, copy=copy):
            return f"{len(log)} events are kept, {len(copy)} of them in the copy"
        case Ran(campaign=campaign, run=run, state=state):
            parts = "".join(f", {v.name} {v.sent}{' won' * v.winner}" for v in entry.variants)
            return f"{campaign} {run} is {state}: {entry.qualified} qualified{parts}"
        case Tested(campaign=campaign, run=run, winner=winner):
            return f"{campaign} {run} was tested: {winner or 'nobody yet'} won"
        case Ended(user=user, campaign=campaign, state=state, reason=reason, message_id=message_id):
            return f"{campaign}:{user}:{message_id[-6:]} ended {state} {reason}"
        case Suppressed(user=user):
            return f"{user} is suppressed"
        case Rotten(what=what, user=user, event=event):
            return f"rot: the {what} {event and f'{event!r} '}of {user} cannot be read any more"
        case Aside(id=name, state=state, campaign=campaign, user=user):
            return f"set aside: {state} {campaign}:{user}:{name[-6:]}"
        case Left(where=where, text=text):
            first, *more = text.splitlines() or [""]
            return f"{where}: {first:.120}{' ...' if more or len(first) > 120 else ''}"
        case Rest():
            return "all has come to rest"


def _books(entry: Books) -> str:
    skipped = " ".join(f"{reason}={n}" for reason, n in entry.skipped.items())
    return (
        f"{entry.qualified} qualified, {entry.control} control, {entry.sent} sent,"
        f" {entry.pending} pending {skipped}"
    ).rstrip()


def _set(planned: Planned) -> str:
    fields = {name: getattr(planned, name) for name in planned.__struct_fields__}
    return " ".join(f"{name}={value}" for name, value in fields.items() if value)
