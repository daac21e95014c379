"""Invents the plan of a life from a seed: mostly some hours, a few days now and then a month.

What is only seldom in a life (bad rows, people who want nothing any more, backups) is added in
`trouble.py`, from chance of its own.
"""

from collections.abc import Iterator
from random import Random

from tests.simulation import scarce, trouble
from tests.simulation.plan import (
    Cleared,
    Crash,
    Deed,
    FaultName,
    Jump,
    Plan,
    PlannedAct,
    PlannedCampaign,
    PlannedEvent,
    PlannedFault,
    PlannedUser,
    Settings,
    Usurped,
)
from tests.simulation.trouble import DAY, HOUR, MINUTE, SECOND

STARTS = (
    1_774_000_000_000,  # 2026-03-20T09:46:40Z
    1_774_720_800_000,  # 2026-03-28T18:00Z: the night in which Europe's clocks go forward
    1_792_864_800_000,  # 2026-10-24T18:00Z: the night in which they go back
    1_772_928_000_000,  # 2026-03-08T00:00Z: New York's go forward
)
ZONES = ("Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "", "Mars/Olympus")
EVENTS = ("Order Completed", "Cart Viewed")
FAULTS: tuple[FaultName, ...] = (
    "refuse",
    "hang",
    "reset_in_body",
    "reset_in_answer",
    "reset_in_answer",
    "throttle",
    "server_error",
    "server_error",
    "garbage",
    "too_large",
    "redirect",
    "slow",
    "late",
    "late",
    "unauthorized",
    "dedupe_forgets",
    "flapping",
)
ANSWERS: tuple[Deed, ...] = ("sample", "skip_run", "raise_limit")
OUTAGES = (60.0, 43_200.0, 71_640.0, 72_360.0, 86_400.0)
"""Seconds. Segment's local stand-in takes no outage over a day; the longest is put in two."""


def invent(seed: int, *, jumps: bool = False, crashes: bool = True) -> Plan:
    """Return the life of this seed."""
    r = Random(f"plan {seed}")
    span, oversleeps = r.choices(
        (
            (r.randrange(10 * MINUTE, 90 * MINUTE), 0),
            (r.randrange(2 * HOUR, 26 * HOUR), 10 * MINUTE),
            (r.randrange(26 * HOUR, 72 * HOUR), 30 * MINUTE),
            (30 * DAY, 3 * HOUR),
        ),
        (55, 30, 13, 2),
    )[0]
    faults = tuple(_faults(r, span))
    if any(_seconds(fault) > 3_600 for fault in faults):
        oversleeps = max(oversleeps, 10 * MINUTE)
        span = max(span, *(f.at + round(_seconds(f) * 1_000) for f in faults))
    users = tuple(_users(r))
    campaigns = tuple(_campaigns(r, span))
    plan = Plan(
        seed=seed,
        start_ms=(r.choice(STARTS) + r.randrange(DAY)) // MINUTE * MINUTE,
        span=span,
        oversleeps=oversleeps,
        rate=r.choice((2, 10, 100, 1_000)),
        at_once=r.choice((1, 2, 4)),
        users=users,
        campaigns=campaigns,
        events=tuple(_events(r, users, span)),
        acts=tuple(_acts(r, campaigns, span)),
        faults=faults,
        well=tuple(Cleared(r.randrange(span)) for _ in range(r.randrange(3))),
        crashes=tuple(_crashes(r, span)) if crashes else (),
        usurpations=tuple(
            Usurped(r.randrange(span), r.choice((5 * SECOND, 70 * SECOND, 10 * MINUTE)))
            for _ in range(r.random() < 0.12)
        )
        if crashes
        else (),
        jumps=tuple(_jumps(r, span)) if jumps else (),
        resumed=r.random() < 0.7,
    )
    return scarce.added(trouble.added(plan, restores=crashes))


def _users(r: Random) -> Iterator[PlannedUser]:
    zones = r.sample(ZONES, r.randrange(1, 5))
    for n in range(r.randrange(5, 41)):
        yield PlannedUser(f"u{n:02}", r.choice(zones), r.choice("aab"))


def _campaigns(r: Random, span: int) -> Iterator[PlannedCampaign]:
    for n in range(r.choice((1, 1, 2, 2, 3, 4))):
        live = r.random() < 0.6
        starts = 0
        if not live and r.random() < 0.5:
            starts = r.randrange(5 * MINUTE, max(6 * MINUTE, span * 2 // 3)) // MINUTE * MINUTE
        dnd = None
        if r.random() < 0.35:
            begin, hours = r.randrange(24 * 4), r.randrange(1, 60)
            end = (begin + hours) % 96
            dnd = tuple(f"{q // 4:02}:{q % 4 * 15:02}" for q in (begin, end))
        yield PlannedCampaign(
            name=f"C{n}",
            kind="live" if live else "past_behaviour",
            event=r.choice(EVENTS) if live else "",
            group=r.choice(("", "a", "b")),
            cap_total=_perhaps(r, 0.35, (1, 3, 10, 30)),
            cap_per_day=_perhaps(r, 0.3, (1, 3, 10)) if live else None,
            cap_per_run=_perhaps(r, 0.3, (1, 5, 20)) if not live else None,
            safety_limit=_perhaps(r, 0.3, (1, 5, 20)) if not live else None,
            control_percent=r.choice((0, 0, 0, 2, 10, 50)),
            dnd=dnd,  # type: ignore[arg-type]
            dnd_mode=r.choice(("delay", "delay", "discard")),
            on_pause=r.choice(("drop", "hold")) if live else "drop",
            on_ambiguous=r.choice(("retry", "retry", "hold")),
            expires_minutes=_perhaps(r, 0.25, (5, 60, 600)),
            starts=starts,
        )


def _perhaps(r: Random, share: float, values: tuple[int, ...]) -> int | None:
    return r.choice(values) if r.random() < share else None


def _events(r: Random, users: tuple[PlannedUser, ...], span: int) -> Iterator[PlannedEvent]:
    busy = r.randrange(span)
    for n in range(r.choice((0, 20, 60, 60, 150))):
        at = r.randrange(span) if r.random() < 0.6 else min(span - 1, busy + r.randrange(MINUTE))
        late = r.choice((0,) * 12 + (MINUTE, HOUR, 3 * HOUR, -MINUTE, -10 * MINUTE))
        name = r.choice((*EVENTS, "Page Viewed")) if r.random() < 0.5 else EVENTS[0]
        event = PlannedEvent(at, f"e{n}", r.choice(users).user, name, late)
        yield event
        if r.random() < 0.1:  # the sender's own retry, at about the same time or much later
            again = at + r.choice((0, SECOND, 10 * MINUTE, 20 * HOUR))
            if again < span:
                yield PlannedEvent(again, event.id, event.user, name, late + again - at)


def _acts(r: Random, campaigns: tuple[PlannedCampaign, ...], span: int) -> Iterator[PlannedAct]:
    for one in campaigns:
        soonest = max(1, min(span // 4, one.starts - MINUTE if one.starts else span))
        begins = r.randrange(soonest)
        yield PlannedAct(begins, "launch", one.name)
        at = begins
        for _ in range(r.choice((0, 0, 1, 2, 4))):
            at = min(span - 1, at + r.choice((r.randrange(MINUTE), r.randrange(HOUR), span // 3)))
            yield PlannedAct(at, r.choice(("pause", "pause", "resume", "resume")), one.name)
        if r.random() < 0.2:
            yield PlannedAct(r.randrange(begins, span), "stop", one.name)
        if one.safety_limit is not None:
            for _ in range(r.randrange(3)):
                at = r.randrange(begins, span)
                yield PlannedAct(at, r.choice(ANSWERS), one.name)


def _faults(r: Random, span: int) -> Iterator[PlannedFault]:
    for _ in range(r.choice((0, 1, 2, 4, 8))):
        yield _fault(r, r.randrange(span))
    if r.random() < 0.15:
        seconds = r.choice(OUTAGES)
        at = r.randrange(span)
        yield PlannedFault(at, "down", {"seconds": seconds})
        if seconds == OUTAGES[-1]:  # 30 hours
            yield PlannedFault(at + 23 * HOUR, "down", {"seconds": 7.0 * 3600})


def _seconds(fault: PlannedFault) -> float:
    return float(fault.settings.get("seconds", 0)) if fault.name in {"down", "flapping"} else 0


def _fault(r: Random, at: int) -> PlannedFault:
    name = r.choice(FAULTS)
    settings: Settings = {"count": r.choice((1, 1, 2, 5))}
    match name:
        case "hang":
            settings["seconds"] = r.choice((3.0, 9.9, 10.0, 60.0))
        case "slow":
            settings["seconds"] = r.choice((5.0, 16.0, 30.0))
        case "late":
            settings["seconds"] = r.choice((5.0, 9.99, 10.0, 45.0))
        case "throttle":
            settings["style"] = r.choice(("seconds", "date", "reset", "none"))
            settings["retry_after"] = r.choice((0, 2, 60, 3_600))
        case "server_error":
            settings |= {"status": r.choice((500, 503)), "records": r.random() < 0.5}
        case "garbage":
            settings["records"] = r.random() < 0.5
        case "unauthorized":
            settings = {}
        case "flapping":
            seconds = r.choice((60.0, 600.0, 7_200.0))
            settings = {"seconds": seconds, "turn_seconds": seconds / 10}
        case _:
            pass
    return PlannedFault(at, name, settings)


def _crashes(r: Random, span: int) -> Iterator[Crash]:
    for _ in range(r.choice((0, 0, 1, 2, 4))):
        down = r.choice((0, SECOND, MINUTE, r.randrange(3 * HOUR)))
        if r.random() < 0.5:
            yield Crash(at=r.randrange(span), down=down)
        else:
            yield Crash(commit=r.randrange(1, 300), down=down)


def _jumps(r: Random, span: int) -> Iterator[Jump]:
    for _ in range(r.choice((0, 1, 2))):
        size = r.choice((SECOND, MINUTE, HOUR, 3 * HOUR, 25 * HOUR, 30 * DAY, 365 * DAY))
        at = r.randrange(span)
        yield Jump(at, r.choice((-1, 1)) * size)
        if r.random() < 0.6:
            yield Jump(min(span - 1, at + r.choice((SECOND, MINUTE, HOUR))), 0)
