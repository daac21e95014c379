"""What people of a simulated life run, written as the product's own definitions."""

from msgspec import convert

from domain.audience import EVERYONE, Node, Property, Weekday
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    QuietWindow,
    Trigger,
    What,
    When,
    Without,
)
from domain.goal import Goal
from domain.variants import Part, Split
from domain.zones import local_wall
from tests.simulation.plan import PlannedCampaign
from tests.simulation.world import World


def definition_of(planned: PlannedCampaign, world: World) -> Campaign:
    """Write a planned campaign as the product's own definition."""
    when = When()
    if planned.starts:
        wall = local_wall(world.plan.start_ms + planned.starts, world.plan.zone)
        when = When(start=f"{wall:%Y-%m-%dT%H:%M}")
    who: Node = EVERYONE
    if planned.group:
        who = Property(name="group", op="equals", value=planned.group)
    return Campaign(
        name=planned.name,
        kind=planned.kind,
        trigger=_trigger(planned) if planned.kind == "live" else None,
        who=who,
        what=What(
            profile=("name", "phone"),
            event_properties=("note", "id") if planned.kind == "live" else (),
            key_values={"share": planned.template} if planned.template else {},
        ),
        when=when,
        variants=Split((Part("A", planned.split), Part("B", 100 - planned.split)))
        if planned.split
        else None,
        limits=Limits(
            cap_total=planned.cap_total,
            cap_per_day=planned.cap_per_day,
            cap_per_run=planned.cap_per_run,
            safety_limit=planned.safety_limit,
            control_percent=planned.control_percent,
            per_user_max=planned.per_user_max,
            per_user_minutes=planned.per_user_minutes,
            ignore_global=planned.ignores_limits,
            count_towards_global=planned.counts,
            over_global="queue" if planned.queues else "drop",
            safety_per_hour=planned.most_per_hour,
        ),
        goal=Goal(planned.goal, window_minutes=planned.window_minutes) if planned.goal else None,
        do_not_disturb=_quiet(planned),
        on_pause=planned.on_pause,
        delivery=Delivery(
            on_ambiguous=planned.on_ambiguous,
            expires_minutes=planned.expires_minutes,
            messages_per_5_minutes=planned.most_per_5_minutes,
        ),
    )


def _trigger(planned: PlannedCampaign) -> Trigger:
    if not planned.without:
        return Trigger(event=planned.event, delay_minutes=planned.delay_minutes)
    without = Without(
        planned.without,
        planned.within_minutes,
        same_property="cart" if planned.same_cart else None,
        on_repeat=planned.on_repeat,
    )
    return Trigger(event=planned.event, without=without)


def _quiet(planned: PlannedCampaign) -> DoNotDisturb | None:
    if planned.dnd is None:
        return None
    also = tuple(
        QuietWindow(start, end, convert(days, tuple[Weekday, ...]))
        for start, end, days in planned.dnd_week
    )
    return DoNotDisturb(*planned.dnd, mode=planned.dnd_mode, also=also)
