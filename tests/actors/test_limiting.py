from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Answer, Draft, Refused
from actors.mail_limits import LimitLine, LimitsShown, ShowLimits
from domain.campaign import Delivery, DoNotDisturb, Limits, What, When
from domain.control import Controls
from domain.frequency import Calendar, GlobalLimits, Rolling
from domain.recurrence import EveryDays
from tests.actors.house import ANA, HOUR_MS, LIVE, PAST, START_MS, House, Wire, open_house

MIDNIGHT_MS = START_MS + 13 * HOUR_MS + 13 * 60_000 + 20_000  # of the account, in Oslo
HOUSE = GlobalLimits(
    rules=(Rolling(max=2, minutes=1_440), Calendar(max=5, period="week")),
    dwell_minutes=60,
    messages_per_5_minutes=3_000,
)


async def ask(house: House, name: str = "") -> LimitsShown:
    answer: Answer = await house.desk.ask(ShowLimits(name))
    assert isinstance(answer, LimitsShown)
    return answer


def of(found: LimitsShown, what: str) -> LimitLine:
    (line,) = [line for line in found.lines if line.what == what]
    return line


async def test_a_cap_says_how_full_it_is_and_when_it_frees(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    capped = replace(LIVE, limits=Limits(cap_total=10, cap_per_day=4))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(capped)
        await house.orders(["u1", "u2", "u3"])
        await house.idle(30)
        found = await ask(house, "coupon")
        total, day = of(found, "Cap in all"), of(found, "Cap a day")
        assert (total.used, total.most, total.frees) == (3, 10, "only if somebody raises it")
        assert (day.used, day.most, day.frees_ms) == (3, 4, MIDNIGHT_MS)


async def test_the_cap_of_a_run_frees_with_the_next_run(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    daily = replace(
        PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays()), limits=Limits(cap_per_run=2)
    )
    async with open_house(tmp_path, autojump_clock) as house:
        for n in range(3):
            await house.feed(house.profile(f"u{n}", email=f"{n}@x.no"))
        await house.publish(daily)
        await house.idle(3_600)
        found = of(await ask(house, PAST.name), "Cap a run")
        due_ms = START_MS + 24 * HOUR_MS + 13 * 60_000 + 20_000
        assert (found.used, found.most, found.frees_ms) == (2, 2, due_ms)


async def test_the_limits_over_all_campaigns_stand_with_those_of_one_unless_it_ignores_them(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, house_limits=HOUSE) as house:
        await house.running(LIVE)
        await house.running(replace(LIVE, name="Free", limits=Limits(ignore_global=True)))
        one, free = await ask(house, "Coupon"), await ask(house, "Free")
        told = [line.allows for line in one.lines if line.what == "One user, over all"]
        assert told == [
            "2 messages in any 24 hours",
            "5 messages a week",
            "an hour between any two messages",
        ]
        assert of(one, "Throttle, all together").allows == "3,000 messages in 5 minutes"
        assert of(free, "Over all campaigns").allows == "does not hold for this one"
        assert not {"One user, over all", "Throttle, all together"} & {x.what for x in free.lines}


async def test_what_waits_says_how_long_it_takes_through_the_slowest_throttle(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slow = replace(LIVE, delivery=Delivery(messages_per_5_minutes=10))
    async with open_house(tmp_path, autojump_clock, Wire(), delivering=False) as house:
        await house.running(slow)
        await house.orders([f"u{n}" for n in range(20)])
        await house.idle(30)
        one, everything = await ask(house, "Coupon"), await ask(house)
        assert (one.waiting, one.takes) == (20, "10 min 10 s")
        assert (everything.waiting, everything.takes) == (20, "1 s")


async def test_do_not_disturb_says_when_it_ends_while_it_is_that_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    now = replace(LIVE, name="Now", do_not_disturb=DoNotDisturb("10:00", "12:00"))
    later = replace(LIVE, name="Later", do_not_disturb=DoNotDisturb("22:00", "08:00"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(now)
        await house.running(later)
        quiet, free = of(await ask(house, "Now"), "Do not disturb"), await ask(house, "Later")
        assert quiet.frees_ms == START_MS + HOUR_MS + 13 * 60_000 + 20_000
        assert of(free, "Do not disturb").frees == "it is not that time now in Europe/Oslo"
        await house.feed(house.profile("west", timezone="America/New_York"))
        await house.orders(["west", "here"])
        await house.idle(30)
        assert of(await ask(house, "Later"), "Do not disturb").frees == (
            "it is not that time now in Europe/Oslo;"
            " 1 message waits until it ends where the user is"
        )


async def test_without_a_name_the_fullest_caps_of_what_runs_come_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(
        tmp_path, autojump_clock, house_limits=HOUSE, controls=Controls(system=3)
    ) as house:
        for name, most in (("Wide", 100), ("Narrow", 2)):
            # Which of the two comes first to the user is chance: neither may be in the other's way.
            limits = Limits(cap_total=most, ignore_global=True)
            await house.running(replace(LIVE, name=name, limits=limits))
        draft = replace(LIVE, name="Draft", limits=Limits(cap_total=5))
        await house.desk.ask(Draft(definition=draft, by=ANA))
        await house.orders(["u1"])
        await house.idle(30)
        found = await ask(house)
        assert [line.what for line in found.lines if line.most is not None] == ["Narrow", "Wide"]
        assert of(found, "System control group").allows.startswith("3 % of all users")
        assert of(found, "Pace, all together").allows == "1,000 messages a second"


async def test_limits_of_a_campaign_that_is_not_there_are_refused_with_the_nearest_name(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        refused = await house.desk.ask(ShowLimits("cuopon"))
        assert isinstance(refused, Refused)
        assert "Did you mean “Coupon”?" in refused.fix


async def test_what_goes_with_an_identify_call_takes_twice_as_long_at_the_pace(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    both = replace(LIVE, what=What(identify=("*",)))
    async with open_house(tmp_path, autojump_clock, rate=1, delivering=False) as house:
        await house.running(both)
        await house.orders([f"u{n}" for n in range(20)])
        await house.idle(30)
        one, everything = await ask(house, "Coupon"), await ask(house)
        assert [one.takes, everything.takes] == ["40 s", "40 s"]
