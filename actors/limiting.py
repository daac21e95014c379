"""The limits in force, as they stand now: how full each is, and when it frees.

What counts is the published content; of a campaign that never was published, its latest.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from msgspec import Struct

from actors.mail import Refused
from actors.mail_limits import LimitLine, LimitsShown, ShowLimits
from actors.pending import NOT_HELD, Speed, waits
from actors.rules import Rules, find
from domain import lasting, quiet, schedule
from domain.campaign import Campaign
from domain.frequency import Calendar, GlobalLimits, Rolling, Rule
from domain.phrases import duration
from domain.review import OVER, PUBLISHED, State
from domain.telling_limits import tell_quiet
from domain.waits import Cause
from domain.zones import day_key, local_wall, resolve_local
from store import books, campaigns, caps, lowered, runs, surge
from store.campaigns import CampaignRow

CAMPAIGNS_SHOWN_MAX = 30
"""Of the caps that are listed together: the fullest ones."""
EVERYBODY = 100
"""Per cent."""


class House(Struct, frozen=True):
    """What holds over all campaigns; 0 messages a second is no pace."""

    limits: GlobalLimits
    system_percent: int
    messages_per_second: int
    zone: str
    now_ms: int


def limits(conn: sqlite3.Connection, asked: ShowLimits, rules: Rules) -> LimitsShown | Refused:
    """Return the limits of one campaign, or those over all of them."""
    house = House(
        limits=rules.bounds.house,
        system_percent=rules.controls.system,
        messages_per_second=rules.messages_per_second,
        zone=rules.zone,
        now_ms=rules.now_ms,
    )
    if not asked.name:
        return _of_all(conn, house)
    row = find(conn, asked.name)
    if isinstance(row, Refused):
        return row
    content = _content(conn, row)
    waiting = books.total(conn, row.id).pending
    events = waiting * lasting.events_each(content)
    return LimitsShown(
        name=row.name,
        state=row.state,
        zone=house.zone,
        lines=tuple(_of_one(conn, row, content, house)),
        waiting=waiting,
        takes=_takes(waiting, events, house, content),
    )


def _of_one(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, house: House
) -> Iterator[LimitLine]:
    most = content.limits
    if most.portion_percent != EVERYBODY:
        yield LimitLine("Portion", f"{most.portion_percent} % of those who qualify")
    yield from _safety(conn, row, content, house)
    yield from _caps(conn, row, content, house)
    if most.per_user_max is not None:
        times = "once" if most.per_user_max == 1 else f"{most.per_user_max:,} times"
        yield LimitLine("One user", f"gets it {times} at most, ever", frees="never")
    if most.per_user_minutes is not None:
        apart = duration(most.per_user_minutes)
        yield LimitLine("One user", f"again after {apart} at the earliest", frees=f"{apart} later")
    if most.ignore_global:
        yield LimitLine("Over all campaigns", "does not hold for this one")
    else:
        yield from _frequency(house.limits, waits=most.over_global == "queue")
    if not most.count_towards_global:
        yield LimitLine("Over all campaigns", "its messages do not count there")
    if (own := content.delivery.messages_per_5_minutes) is not None:
        yield LimitLine("Throttle", f"{own:,} messages in 5 minutes")
    if not most.ignore_global:
        yield from _throttle(house)
    yield from _pace(house)
    yield _quiet(conn, row, content, house)


def _caps(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, house: House
) -> Iterator[LimitLine]:
    was, most = content.limits, lowered.limits(conn, row.id, content.limits)
    if most.cap_total is None and most.cap_per_day is None and most.cap_per_run is None:
        yield LimitLine("Cap", "none: everybody who qualifies gets a message")
    used = {each.scope: each.used for each in caps.usage(conn, row.id)}
    if most.cap_total is not None:
        taken = used.get(caps.TOTAL, 0)
        frees = "only if somebody raises it"
        yield LimitLine(
            "Cap in all", _capped(most.cap_total, was.cap_total), taken, most.cap_total, frees
        )
    if most.cap_per_day is not None:
        taken = used.get(caps.day(day_key(house.now_ms, house.zone)), 0)
        midnight_ms = _tomorrow_ms(house)
        yield LimitLine(
            "Cap a day",
            _capped(most.cap_per_day, was.cap_per_day),
            taken,
            most.cap_per_day,
            frees_ms=midnight_ms,
        )
    if most.cap_per_run is not None:
        every = runs.of_campaign(conn, row.id)
        taken = used.get(caps.run(every[-1].run), 0) if every else 0
        at_ms = _next_run_ms(row, content, house)
        frees = "" if at_ms else "with another run"
        yield LimitLine(
            "Cap a run",
            _capped(most.cap_per_run, was.cap_per_run),
            taken,
            most.cap_per_run,
            frees,
            at_ms,
        )


def _safety(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, house: House
) -> Iterator[LimitLine]:
    most = content.limits
    if most.safety_limit is not None:
        every = runs.of_campaign(conn, row.id)
        qualified = every[-1].qualified if every else None
        said = f"a run with more than {most.safety_limit:,} qualified is held"
        frees = "when somebody answers its alert"
        yield LimitLine("Safety limit", said, qualified, most.safety_limit, frees)
    if (an_hour := most.safety_per_hour) is not None:
        now = surge.within_the_hour(conn, row.id, now_ms=house.now_ms)
        said = f"with more than {an_hour:,} qualified within an hour it pauses itself"
        yield LimitLine("Safety limit", said, now, an_hour, "as the hour moves on")


def _frequency(house: GlobalLimits, *, waits: bool) -> Iterator[LimitLine]:
    if not house.bind_users:
        yield LimitLine("Over all campaigns", "no limit on what one user gets")
        return
    then = "waits until then" if waits else "what is over it is dropped"
    for rule in house.rules:
        yield LimitLine("One user, over all", _rule(rule), frees=f"{_window(rule)}; {then}")
    if house.dwell_minutes:
        apart = duration(house.dwell_minutes)
        said = f"{apart} between any two messages"
        yield LimitLine("One user, over all", said, frees=f"{apart} later; {then}")


def _throttle(house: House) -> Iterator[LimitLine]:
    if most := house.limits.messages_per_5_minutes:
        yield LimitLine("Throttle, all together", f"{most:,} messages in 5 minutes")


def _pace(house: House) -> Iterator[LimitLine]:
    if most := house.messages_per_second:
        yield LimitLine("Pace, all together", f"{most:,} messages a second")


def _quiet(
    conn: sqlite3.Connection, row: CampaignRow, content: Campaign, house: House
) -> LimitLine:
    table = content.do_not_disturb
    if table is None:
        return LimitLine("Do not disturb", "none: users are messaged at any hour")
    ends_ms = quiet.ends_after(table, house.now_ms, house.zone)
    frees = "" if ends_ms else f"it is not that time now in {house.zone}"
    if not ends_ms and (n := _in_quiet(conn, row, content, house)):  # users live in other zones
        wait = "message waits" if n == 1 else "messages wait"
        frees += f"; {n:,} {wait} until it ends where the user is"
    return LimitLine("Do not disturb", tell_quiet(table), frees=frees, frees_ms=ends_ms)


def _in_quiet(conn: sqlite3.Connection, row: CampaignRow, content: Campaign, house: House) -> int:
    """Return how many messages wait until do-not-disturb is over for their users."""
    speed = Speed(house.messages_per_second, house.limits.messages_per_5_minutes)
    found = waits(conn, row, content, NOT_HELD, speed, now_ms=house.now_ms)
    return sum(wait.messages for wait in found if wait.cause == Cause.QUIET)


def _of_all(conn: sqlite3.Connection, house: House) -> LimitsShown:
    """Return what holds over all campaigns, then the caps of what runs, the fullest first."""
    begun = PUBLISHED | {State.FAULTED}
    rows = [row for row in campaigns.everyone(conn) if row.state in begun]
    pending = [(row, books.total(conn, row.id).pending) for row in rows]
    waiting = sum(n for _, n in pending)
    events = sum(n * lasting.events_each(_content(conn, row)) for row, n in pending if n)
    lines = [*_frequency(house.limits, waits=False), *_throttle(house), *_pace(house)]
    if house.system_percent:
        said = f"{house.system_percent} % of all users get nothing, to compare with"
        lines.append(LimitLine("System control group", said))
    full = [line for row in rows for line in _caps_of(conn, row, house)]
    full.sort(key=lambda line: -(line.used or 0) / max(line.most or 1, 1))
    return LimitsShown(
        name="",
        state="",
        zone=house.zone,
        lines=(*lines, *full[:CAMPAIGNS_SHOWN_MAX]),
        waiting=waiting,
        takes=_takes(waiting, events, house, None),
    )


def _caps_of(conn: sqlite3.Connection, row: CampaignRow, house: House) -> Iterator[LimitLine]:
    content = _content(conn, row)
    for line in _caps(conn, row, content, house):
        if line.most is not None:
            yield LimitLine(
                row.name, f"{line.what}: {line.allows}", line.used, line.most, line.frees,
                line.frees_ms,
            )  # fmt: skip


def _content(conn: sqlite3.Connection, row: CampaignRow) -> Campaign:
    return campaigns.revision_of(conn, row.id, row.published or row.revision).definition


def _takes(waiting: int, events: int, house: House, content: Campaign | None) -> str:
    """Say how long what waits takes, so many events; a share of the pace is at most all of it."""
    throttles: Sequence[int | None] = (house.limits.messages_per_5_minutes,)
    if content is not None:
        own = content.delivery.messages_per_5_minutes
        throttles = (own,) if content.limits.ignore_global else (own, *throttles)
    lasts_ms = lasting.lasts_ms(
        waiting,
        messages_per_second=house.messages_per_second,
        throttles=[most for most in throttles if most],
        events=events,
    )
    return lasting.told(lasts_ms) if lasts_ms else ""


def _next_run_ms(row: CampaignRow, content: Campaign, house: House) -> int | None:
    if row.published_ms is None or row.state in OVER or schedule.is_now(content.when):
        return None
    coming = schedule.following(
        content.when,
        published_ms=row.published_ms,
        account_zone=row.zone_in(house.zone),
        after_ms=house.now_ms,
    )
    return next((slot.due_ms for slot in coming), None)


def _tomorrow_ms(house: House) -> int:
    tomorrow = local_wall(house.now_ms, house.zone).date() + timedelta(days=1)
    return resolve_local(tomorrow, time(), house.zone)


def _rule(rule: Rule) -> str:
    match rule:
        case Rolling(max=most, minutes=minutes):
            return f"{_messages(most)} in any {duration(minutes)}"
        case Calendar(max=most, period=period):
            return f"{_messages(most)} a {period}"


def _window(rule: Rule) -> str:
    match rule:
        case Rolling(minutes=minutes):
            return f"{duration(minutes)} after the oldest of them"
        case Calendar(period=period):
            return f"with the user's next {period}"


def _capped(most: int, was: int | None) -> str:
    """Say what a cap allows, and that somebody has lowered it."""
    said = _messages(most)
    return said if was in (None, most) else f"{said}, lowered from {was:,}"


def _messages(n: int) -> str:
    return "1 message" if n == 1 else f"{n:,} messages"
