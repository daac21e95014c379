from datetime import date, time
from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.drawing import Draw, judged
from actors.isolation import Broken
from actors.page import Known
from domain.books import SkipReason
from domain.campaign import Limits, When
from domain.facts import User
from domain.personal import UserZone
from domain.timer import Wait
from domain.verdict import Control, Hold, Send, Skip, Verdict
from domain.zones import resolve_local
from store.runs import Run
from tests.actors.house import PAST, open_house

RUN = Run("c", "slot", 1, "drawing", 0, 0, None, None, "", 0)


async def test_everybody_is_judged_and_who_breaks_is_set_aside_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        known = Known(
            users={
                "well": User("well", h=5, zone="Asia/Tokyo"),
                "silent": User("silent", h=5, suppressed=True),
            },
            history={},
            broken={"broken": Broken("DecodeError")},
        )
        names = ["broken", "gone", "silent", "well"]
        found = judged(Draw("c", PAST, RUN, known, house.context, 0), names)
        assert [one.user for one in found] == names
        assert [one.verdict for one in found] == [
            Skip(SkipReason.SET_ASIDE),
            Skip(SkipReason.SUPPRESSED),
            Skip(SkipReason.SUPPRESSED),
            Send(),
        ]
        assert [one.zone for one in found] == ["", "", "", "Asia/Tokyo"]


async def test_a_message_of_a_run_has_the_same_id_however_often_it_is_judged(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        known = Known(users={"u": User("u", h=5)}, history={}, broken={})
        one, two = (
            judged(Draw("c", PAST, run, known, house.context, now), ["u"])[0].message_id
            for run, now in ((RUN, 0), (RUN, 99))
        )
        other = judged(Draw("c", PAST, replace(RUN, run="next"), known, house.context, 0), ["u"])
        assert one == two != other[0].message_id


async def test_a_control_group_is_judged_before_anything_else(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    half = replace(PAST, limits=Limits(control_percent=50, portion_percent=1))
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        users = {f"u{n}": User(f"u{n}", h=n * 7_919_000) for n in range(200)}
        known = Known(users=users, history={}, broken={})
        found = judged(Draw("c", half, RUN, known, house.context, 0), list(users))
        verdicts = [one.verdict for one in found]
        assert 70 <= sum(isinstance(one, Control) for one in verdicts) <= 130
        assert verdicts.count(Skip(SkipReason.NOT_IN_PORTION)) >= 65


DAY = date(2026, 3, 20)
TOKYO, OSLO, NEW_YORK = "Asia/Tokyo", "Europe/Oslo", "America/New_York"
OWN = When(start="2026-03-20T12:00", cutoff="13:00", personal=UserZone(past="next_day"))
NOON = replace(PAST, when=OWN)
NONE, HELD_BACK = Limits(), Limits(control_percent=99)
SLOT = replace(RUN, run="2026-03-20T12:00[user]")


def ms(zone: str, hour: int, day: date = DAY) -> int:
    return resolve_local(day, time(hour), zone)


async def own(
    tmp_path: Path, jumps: MockClock, run: Run, now_ms: int, limits: Limits = NONE
) -> list[tuple[Verdict | Wait, int | None]]:
    """Judge a user of each of three zones, in a run that begins with the first wall."""
    zones = (TOKYO, OSLO, NEW_YORK)
    async with open_house(tmp_path, jumps, supervised=False) as house:
        known = Known(users={z: User(z, h=5, zone=z) for z in zones}, history={}, broken={})
        noon = replace(NOON, limits=limits)
        found = judged(Draw("c", noon, run, known, house.context, now_ms), zones)
    return [(one.verdict, one.cutoff_ms) for one in found]


async def test_each_is_cut_off_by_the_wall_where_they_are(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    found = await own(tmp_path, autojump_clock, SLOT, ms(OSLO, 12))
    tomorrow = date(2026, 3, 21)
    assert found == [
        (Hold(ms(TOKYO, 12, tomorrow)), ms(TOKYO, 13, tomorrow)),
        (Send(), ms(OSLO, 13)),
        (Hold(ms(NEW_YORK, 12)), ms(NEW_YORK, 13)),
    ]


async def test_whose_wave_was_drawn_is_too_late_for_it_whatever_becomes_of_who_is_past(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    after = replace(SLOT, wave_ms=ms(OSLO, 12))
    found = await own(tmp_path, autojump_clock, after, ms(OSLO, 13))
    passed = (Skip(SkipReason.TIME_PASSED), None)
    assert found == [passed, passed, (Hold(ms(NEW_YORK, 12)), ms(NEW_YORK, 13))]


async def test_a_control_user_is_compared_from_the_time_at_which_the_message_had_been_due(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    after = replace(SLOT, wave_ms=ms(OSLO, 12))
    found = await own(tmp_path, autojump_clock, after, ms(OSLO, 13), HELD_BACK)
    assert [verdict for verdict, _ in found] == [
        Control("campaign", Skip(SkipReason.TIME_PASSED)),
        Control("campaign", Skip(SkipReason.TIME_PASSED)),
        Control("campaign", Hold(ms(NEW_YORK, 12))),
    ]
