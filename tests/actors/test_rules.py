from pathlib import Path

import pytest
from msgspec import structs
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Approve, Draft, Refused, Submit
from actors.rules import forbidden, person
from domain.review import TABLE, Action, Forbidden, State, step
from domain.roles import RoleLists
from store.campaigns import CampaignRow
from tests.actors.house import ANA, BEN, LIVE, open_house

WORDS = {"_", "State.", "Action."}


def row(state: State) -> CampaignRow:
    return CampaignRow(
        "c", "Spring", "live", "U1", state, "", False, 1, None, None, "", 0, 0, archived=False
    )


@pytest.mark.parametrize("state", State)
def test_every_refusal_of_the_life_cycle_reads_as_a_sentence(state: State) -> None:
    for action in set(Action) - {Action.FINISH_RUN}:  # the engine's own step, nobody asks for it
        no = step(state, action)
        if isinstance(no, Forbidden):
            said = forbidden(row(state), no)
            assert said.what.startswith("“Spring” ")
            assert said.what.endswith(" now.")
            assert said.fix.endswith(".")
            assert not any(word in said.fix + said.what for word in WORDS)


def test_what_is_possible_is_what_the_table_says() -> None:
    no = step(State.RUNNING, Action.APPROVE)
    assert isinstance(no, Forbidden)
    assert forbidden(row(State.RUNNING), no).fix == "What is possible: pause, stop."
    assert {Action.PAUSE, Action.STOP} <= set(TABLE[State.RUNNING])


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
    rules = HouseRules(roles=RoleLists(approvers=(BEN.lower(),)))
    async with open_house(tmp_path, autojump_clock, rules=rules, supervised=False) as house:
        await house.approved(LIVE)
        assert (await house.view(LIVE.name)).state == "approved"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sprng sale", "“Spring sale”"),
        ("spring", "“Spring sale” or “Spring thanks”"),
        ("THANKS", "“Spring thanks”"),
        ("sp", ""),
        ("autumn", ""),
    ],
)
async def test_part_of_a_name_is_enough_to_be_told_the_whole(
    tmp_path: Path, autojump_clock: MockClock, typed: str, meant: str
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        for name in ("Spring sale", "Spring thanks"):
            await house.asks(Draft(definition=structs.replace(LIVE, name=name), by=ANA))
        answer = await house.refused(Submit(name=typed, by=ANA))
    asked = f"Did you mean {meant}? " if meant else ""
    assert answer.fix.startswith(f"{asked}All names: ")
