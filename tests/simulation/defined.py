"""What people of a simulated life run, written as the product's own definitions."""

from msgspec import convert
from msgspec.structs import replace

from domain import personal
from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Count,
    CustomList,
    Did,
    DidFirst,
    DidNot,
    Filter,
    Node,
    Not,
    Property,
    Saved,
    Weekday,
)
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    OnDate,
    QuietWindow,
    Trigger,
    What,
    When,
    Without,
)
from domain.goal import Goal
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Nth, Repeat
from domain.trigger import Keyed
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants
from domain.zones import local_wall
from tests.simulation import asks
from tests.simulation.kinds import Calendar
from tests.simulation.plan import PlannedCampaign
from tests.simulation.world import World

SAID = "said"
"""The key of what a message says, where that matters."""


def definition_of(planned: PlannedCampaign, world: World) -> Campaign:
    """Write a planned campaign as the product's own definition."""
    who: Node = EVERYONE
    if planned.group:
        who = Property(name="group", op="equals", value=planned.group)
    chosen = planned.chosen
    if chosen.who is not None:
        asked = node_of(chosen.who)
        who = asked if who == EVERYONE else All((who, asked))
    values = {"share": planned.template} if planned.template else {}
    if chosen.words:
        values |= {SAID: chosen.words}
    return Campaign(
        name=planned.name,
        kind=planned.kind,
        trigger=_trigger(planned) if planned.kind == "live" else None,
        who=who,
        what=What(
            profile=("name", "phone"),
            event_properties=("note", "id") if planned.kind == "live" else (),
            key_values=values,
        ),
        when=when_of(planned, world),
        variants=_variants(planned),
        limits=Limits(
            cap_total=planned.cap_total,
            cap_per_day=planned.cap_per_day,
            cap_per_run=planned.cap_per_run,
            safety_limit=planned.safety_limit,
            stop_on_block=planned.stop_on_block,
            control_percent=planned.control_percent,
            system_control=chosen.system,
            control_groups=chosen.groups,
            portion_percent=planned.portion,
            per_user_max=planned.per_user_max,
            per_user_minutes=planned.per_user_minutes,
            ignore_global=planned.ignores_limits,
            count_towards_global=planned.counts,
            over_global="queue" if planned.queues else "drop",
            safety_per_hour=planned.most_per_hour,
        ),
        goal=Goal(planned.goal, window_minutes=planned.window_minutes, revenue="paid")
        if planned.goal
        else None,
        do_not_disturb=_quiet(planned),
        on_pause=planned.on_pause,
        delivery=Delivery(
            on_ambiguous=planned.on_ambiguous,
            expires_minutes=planned.expires_minutes,
            messages_per_5_minutes=planned.most_per_5_minutes,
        ),
    )


def node_of(ask: asks.Ask) -> Node:  # noqa: PLR0911 - one line for each kind
    """Write what an audience asks as the product's own tree."""
    match ask:
        case asks.OfGroup(group=group):
            return Property("group", "equals", group)
        case asks.AtLeast(n=n):
            return Property("n", ">=", n)
        case asks.DidIt(event=event, days=days, times=times, n=n):
            return Did(event=event, where=_at_least(n), count=Count(">=", times), days=days or None)
        case asks.NeverDid(event=event, days=days):
            return DidNot(event=event, days=days or None)
        case asks.BeganTo(event=event, days=days):
            return DidFirst(event=event, days=days)
        case asks.Listed(name=name):
            return CustomList(name)
        case asks.Named(name=name):
            return Saved(name)
        case asks.Every(of=of):
            return All(tuple(map(node_of, of)))
        case asks.Either(of=of):
            return AnyOf(tuple(map(node_of, of)))
        case asks.Other(of=one):
            return Not(node_of(one))


def _at_least(n: int) -> tuple[Filter, ...]:
    return (Filter("n", ">=", n),) if n else ()


def when_of(planned: PlannedCampaign, world: World) -> When:
    """Write when a planned campaign runs as the product's own definition."""
    if (calendar := planned.calendar) is not None:
        return When(
            start=calendar.start or "now",
            end=calendar.end or None,
            zone=calendar.zone or None,
            dates=calendar.dates,
            repeat=_repeat(calendar) if calendar.start else None,
            cutoff=calendar.cutoff or None,
            personal=_personal(planned),
        )
    return When(_wall(planned.starts, world) or "now", _wall(planned.ends, world))


def _wall(at: int, world: World) -> str | None:
    """Return what the account's wall shows so long after the life began; None for 0."""
    return f"{local_wall(world.plan.start_ms + at, world.plan.zone):%Y-%m-%dT%H:%M}" if at else None


def _repeat(calendar: Calendar) -> Repeat:
    match calendar.unit:
        case "days":
            return EveryDays(calendar.every)
        case "weeks":
            return EveryWeeks(convert(calendar.weekdays, tuple[Weekday, ...]), calendar.every)
        case "months":
            return EveryMonths(
                calendar.days,
                tuple(convert({"week": w, "weekday": d}, Nth) for w, d in calendar.nth),
                every=calendar.every,
                short_month="last_day" if calendar.last_day else "skip",
            )


def _personal(planned: PlannedCampaign) -> personal.Personal | None:
    if (own := planned.personal) is None:
        return None
    otherwise = own.otherwise or None
    match own.by:
        case "user_zone":
            return personal.UserZone(own.past, own.unknown_zone)
        case "user_property":
            return personal.UserProperty("minute", otherwise, own.past, own.unknown_zone)
        case "best_time":
            return personal.BestTime(own.event, otherwise, own.past, own.unknown_zone)


def _variants(planned: PlannedCampaign) -> Variants | None:
    own = {name: {SAID: f"words of {name}"} if planned.chosen.own_words else {} for name in "ABC"}
    if planned.split:
        shares = (planned.split, 100 - planned.split)
        return Split(tuple(Part(name, n, own[name]) for name, n in zip("AB", shares, strict=True)))
    if planned.by_group:
        return ByProperty("group", (Case("A", ("a",), own["A"]),), Variant("B", own["B"]))
    if (test := planned.test) is None:
        return None
    return AbTest(
        tuple(Variant(name, own[name]) for name in "ABC"[: test.variants]),
        test_percent=test.percent or None,
        test_users=test.users or None,
        wait_minutes=test.wait_minutes,
    )


def _trigger(planned: PlannedCampaign) -> Trigger:
    if (date := planned.date) is not None:
        return Trigger(
            event=planned.event,
            date=OnDate(
                "date",
                before_minutes=-date.minutes if date.minutes < 0 else None,
                after_minutes=date.minutes if date.minutes >= 0 else None,
                same_property="cart" if date.same_cart else None,
                cancel=(Keyed(date.cancel),) if date.cancel else (),
            ),
        )
    plain = Trigger(
        event=planned.event,
        where=_at_least(planned.chosen.trigger_n),
        also=(Keyed(planned.also),) if planned.also else (),
        first_time=planned.first_time,
        delay_minutes=planned.delay_minutes,
        recheck=planned.recheck,
    )
    if not planned.without:
        return plain
    without = Without(
        planned.without,
        planned.within_minutes,
        same_property="cart" if planned.same_cart else None,
        on_repeat=planned.on_repeat,
        grace_seconds=planned.grace_seconds,
    )
    return replace(plain, delay_minutes=0, without=without)


def _quiet(planned: PlannedCampaign) -> DoNotDisturb | None:
    if planned.dnd is None:
        return None
    also = tuple(
        QuietWindow(start, end, convert(days, tuple[Weekday, ...]))
        for start, end, days in planned.dnd_week
    )
    days = convert(planned.chosen.dnd_days, tuple[Weekday, ...])
    return DoNotDisturb(*planned.dnd, mode=planned.dnd_mode, days=days, also=also)
