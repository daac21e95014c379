"""Every role, every deed, every state of a campaign: through Slack's line to the real desk."""

from itertools import product
from pathlib import Path

import pytest
import trio
from msgspec import structs

from actors.desk import HouseRules
from actors.mail import (
    Answer,
    Approve,
    Draft,
    Pause,
    Publish,
    RaiseLimit,
    Refused,
    Request,
    RequestChanges,
    Resume,
    SendSample,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_limits import LowerCap
from actors.mail_shelf import Archive, Clone, Undo
from actors.mail_trust import PauseAll
from bot.line import Line
from bot.settings import BotSettings
from domain.campaign import Campaign
from domain.review import State
from domain.roles import Role, RoleLists
from tests.actors.house import ANA, LIVE, House, open_house

PEOPLE = {role: f"U0{role.upper()}" for role in Role}
LISTS = RoleLists(*((PEOPLE[role],) for role in Role))
WRITERS = {Role.MARKETER, Role.ADMIN}
DEEDS: dict[str, set[Role]] = {
    "draft": WRITERS,
    "submit": WRITERS,
    "approve": {Role.APPROVER},
    "request_changes": {Role.APPROVER},
    "publish": WRITERS,
    "pause": WRITERS | {Role.APPROVER},
    "resume": WRITERS,
    "stop": WRITERS | {Role.APPROVER},
    "send_sample": WRITERS,
    "raise_limit": WRITERS,
    "skip_run": WRITERS,
    "pause_all": WRITERS | {Role.APPROVER},
    "undo": WRITERS | {Role.APPROVER},
    "archive": WRITERS,
    "clone": WRITERS,
    "lower_cap": WRITERS | {Role.APPROVER},
}


def request(deed: str, definition: Campaign, by: str) -> Request:
    name = definition.name
    made: dict[str, Request] = {
        "draft": Draft(definition=definition, by=by),
        "submit": Submit(name, by),
        "approve": Approve(name, by),
        "request_changes": RequestChanges(name, by, "shorter"),
        "publish": Publish(name, by),
        "pause": Pause(name, by),
        "resume": Resume(name, by),
        "stop": Stop(name, by),
        "send_sample": SendSample(name, by, "r", 1),
        "raise_limit": RaiseLimit(name, by, "r", 9),
        "skip_run": SkipRun(name, by, "r"),
        "pause_all": PauseAll(by),
        "undo": Undo(name, by),
        "archive": Archive(name, by),
        "clone": Clone(name, by, f"{name} again"),
        "lower_cap": LowerCap(name, by, 1),
    }
    return made[deed]


async def brought_to(house: House, name: str, state: State) -> None:
    """Put a campaign there: approved as people do it, else by no way that people have."""
    if state is State.APPROVED:
        await house.desk.ask(Submit(name, ANA))
        await house.desk.ask(Approve(name, PEOPLE[Role.APPROVER]))
        return
    await house.store.write(
        lambda conn: conn.execute(
            "UPDATE campaign SET state = ? WHERE name = ?", (state.value, name)
        )
    )


async def acts(house: House) -> int:
    found = await house.store.read(
        lambda conn: conn.execute("SELECT count(*) FROM audit").fetchone()
    )
    return int(found[0])


def ask(line: Line, asked: Request) -> Answer:
    return line.ask(asked, line.patience(lambda: None))


@pytest.mark.parametrize("state", list(State))
async def test_a_deed_is_refused_for_its_role_exactly_where_the_role_lacks_it(
    tmp_path: Path, state: State
) -> None:
    rules = HouseRules(roles=LISTS)
    async with open_house(
        tmp_path, None, rules=rules, supervised=False, delivering=False, quiet=True
    ) as house:
        line = Line(house.desk, BotSettings(), lambda: 0)
        for role, deed in product(Role, DEEDS):
            definition = structs.replace(LIVE, name=f"{role} {deed}")
            await house.desk.ask(Draft(definition=definition, by=ANA))
            await brought_to(house, definition.name, state)
            before = await acts(house)
            asked = request(deed, definition, PEOPLE[role])
            answer = await trio.to_thread.run_sync(ask, line, asked)
            for_the_role = isinstance(answer, Refused) and answer.what.startswith("You are not one")
            assert for_the_role == (role not in DEEDS[deed]), (role, deed)
            if isinstance(answer, Refused):
                assert await acts(house) == before, (role, deed)
