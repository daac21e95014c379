"""Adds limits to a life, each kind in some lives only: on one user, on the pace, on a surge."""

from random import Random

from msgspec.structs import replace

from tests.simulation.plan import Plan, PlannedCampaign, Window

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def added(plan: Plan) -> Plan:
    """Return the plan with some limits, by its seed."""
    r = Random(f"limits {plan.seed}")
    if r.random() < 0.25:
        plan = over_all(plan, r)
    if r.random() < 0.2:
        plan = replace(plan, campaigns=tuple(of_users(one, r) for one in plan.campaigns))
    if r.random() < 0.12:
        plan = replace(plan, campaigns=tuple(slow(one, r) for one in plan.campaigns))
        plan = replace(plan, most_per_5_minutes=r.choice((0, 0, 5, 100)))
    if r.random() < 0.15:
        plan = replace(plan, campaigns=tuple(weekly(one, r) for one in plan.campaigns))
    if r.random() < 0.12:
        plan = replace(plan, campaigns=tuple(surging(one, r) for one in plan.campaigns))
    return plan


def over_all(plan: Plan, r: Random) -> Plan:
    """The operator limits what a user gets; some campaigns are held to it in their own way."""
    rules = (
        Window(r.choice((1, 1, 2, 3)), minutes=r.choice((5, 60, 240, 1_440))),
        Window(r.choice((1, 2)), period=r.choice(("day", "day", "week", "month"))),
    )
    chosen = tuple(one for one in rules if r.random() < 0.6)
    campaigns = tuple(
        replace(
            one,
            ignores_limits=(ignores := r.random() < 0.15),
            counts=r.random() < 0.85,
            queues=not ignores and r.random() < 0.4,
        )
        for one in plan.campaigns
    )
    dwell = r.choice((0, 5, 30, 180))
    return replace(plan, frequency=chosen, dwell_minutes=dwell, campaigns=campaigns)


def of_users(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """A campaign that can come twice reaches a user so often, or not so soon again."""
    if one.kind != "live":
        return one
    return replace(
        one,
        per_user_max=r.choice((None, 1, 2)),
        per_user_minutes=r.choice((None, 5, 60, 1_440)),
    )


def slow(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """A campaign has a throttle of its own, or none."""
    return replace(one, most_per_5_minutes=r.choice((None, 2, 10, 60, 600)))


def weekly(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """A campaign has a night, and further windows on some days."""
    windows = []
    for _ in range(r.randrange(1, 4)):
        begin, hours = r.randrange(24), r.randrange(1, 20)
        start, end = f"{begin:02}:{r.choice((0, 15, 30)):02}", f"{(begin + hours) % 24:02}:45"
        if r.random() < 0.3:
            start, end = "00:00", "24:00"
        windows.append((start, end, tuple(r.sample(DAYS[:6], r.randrange(1, 5)))))
    night = one.dnd or ("22:00", "06:00")
    return replace(one, dnd=night, dnd_week=tuple(windows))


def surging(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    """A live campaign pauses itself when too many qualify within an hour."""
    return replace(one, most_per_hour=r.choice((1, 3, 10))) if one.kind == "live" else one
