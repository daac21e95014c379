from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.drawing import judged
from actors.isolation import Broken
from actors.page import Known
from domain.books import SkipReason
from domain.campaign import Limits
from domain.facts import User
from domain.verdict import Control, Send, Skip
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
        found = judged("c", PAST, RUN, known, names, house.context, 0)
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
            judged("c", PAST, run, known, ["u"], house.context, now)[0].message_id
            for run, now in ((RUN, 0), (RUN, 99))
        )
        other = judged("c", PAST, replace(RUN, run="next"), known, ["u"], house.context, 0)
        assert one == two != other[0].message_id


async def test_a_control_group_is_judged_before_anything_else(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    half = replace(PAST, limits=Limits(control_percent=50, portion_percent=1))
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        users = {f"u{n}": User(f"u{n}", h=n * 7_919_000) for n in range(200)}
        known = Known(users=users, history={}, broken={})
        found = judged("c", half, RUN, known, list(users), house.context, 0)
        verdicts = [one.verdict for one in found]
        assert 70 <= sum(isinstance(one, Control) for one in verdicts) <= 130
        assert verdicts.count(Skip(SkipReason.NOT_IN_PORTION)) >= 65
