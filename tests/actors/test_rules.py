from pathlib import Path

import pytest
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Approve, Draft, Refused, Submit
from actors.rules import person
from tests.actors.house import ANA, BEN, LIVE, open_house


@pytest.mark.parametrize("given", [ANA, f" {ANA}", f"{ANA}\n", ANA.lower()])
def test_a_person_has_one_id_however_it_is_written(given: str) -> None:
    assert person(given) == ANA


@pytest.mark.parametrize("given", ["", "  ", "U0ANA 00001", "U0ANA\u200b00001", "Ünï", "U" * 65])
def test_what_is_no_id_is_nobody(given: str) -> None:
    assert isinstance(person(given), Refused)


@pytest.mark.parametrize("disguise", [f" {ANA} ", ANA.lower(), f"{ANA}\u200b", ""])
async def test_nobody_approves_their_own_campaign_by_writing_their_id_otherwise(
    tmp_path: Path, autojump_clock: MockClock, disguise: str
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        await house.refused(Approve(name=LIVE.name, by=disguise))
        assert (await house.view(LIVE.name)).state == "in_review"


async def test_an_approver_is_known_however_the_configuration_writes_the_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    rules = HouseRules(approvers=(BEN.lower(),))
    async with open_house(tmp_path, autojump_clock, rules=rules, supervised=False) as house:
        await house.approved(LIVE)
        assert (await house.view(LIVE.name)).state == "approved"
