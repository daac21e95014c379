"""Every role, every deed, every state of a campaign: through Slack's line to the real desk."""

from itertools import product
from pathlib import Path
from typing import get_args

import pytest
import trio
from msgspec import structs

from actors import mail
from actors.desk import HouseRules
from actors.mail import (
    AcceptClock,
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
from actors.mail_audience import ExportAudience, SaveAudience
from actors.mail_content import Preview, TestSend
from actors.mail_files import BeginFile, EndFile
from actors.mail_forms import DropForm, KeepForm, ShowForm
from actors.mail_limits import LowerCap
from actors.mail_names import FindNames
from actors.mail_people import EraseUser, SuppressUser
from actors.mail_shelf import Archive, Clone, Undo
from actors.mail_trust import (
    ConfirmConnection,
    DropAside,
    PauseAll,
    RetryAside,
    VerifyConnection,
)
from bot.line import Line
from bot.settings import BotSettings
from domain.audience import EVERYONE
from domain.campaign import Campaign
from domain.review import TABLE, Action, State
from domain.roles import Role, RoleLists
from tests.actors.house import ANA, LIVE, House, Wire, open_house

PEOPLE = {role: f"U0{role.upper()}" for role in Role}
LISTS = RoleLists(*((PEOPLE[role],) for role in Role))
WRITERS = frozenset({Role.MARKETER, Role.ADMIN})
SAFE = WRITERS | {Role.APPROVER}
APPROVERS, ADMINS = frozenset({Role.APPROVER}), frozenset({Role.ADMIN})
PRIVATE = frozenset({Role.PRIVACY})


def deeds(campaign: Campaign, by: str) -> list[tuple[Request, frozenset[Role]]]:
    """Return each kind of request that somebody makes, with the roles of which one is needed."""
    name = campaign.name
    return [
        (Draft(definition=campaign, by=by), WRITERS),
        (Submit(name, by), WRITERS),
        (Approve(name, by), APPROVERS),
        (RequestChanges(name, by, "shorter"), APPROVERS),
        (Publish(name, by), WRITERS),
        (Pause(name, by), SAFE),
        (Resume(name, by), WRITERS),
        (Stop(name, by), SAFE),
        (SendSample(name, by, "r", 1), WRITERS),
        (RaiseLimit(name, by, "r", 9), WRITERS),
        (SkipRun(name, by, "r"), WRITERS),
        (PauseAll(by), SAFE),
        (Undo(name, by), SAFE),
        (Archive(name, by), WRITERS),
        (LowerCap(name, by, 1), SAFE),
        (Clone(name, by, f"{name} again"), WRITERS),
        (AcceptClock(by=by), ADMINS),
        (RetryAside(by=by, campaign=name, yes=True), ADMINS),
        (DropAside(by=by, campaign=name), ADMINS),
        (VerifyConnection(by=by), WRITERS),
        (ConfirmConnection(by=by, code="ABC234"), WRITERS),
        (Preview(campaign=name, by=by, user="u1"), SAFE),
        (TestSend(campaign=name, by=by), WRITERS),
        (SuppressUser(user="u1", by=by), PRIVATE),
        (EraseUser(user="u1", by=by), PRIVATE),
        (SaveAudience(f"{name} users", EVERYONE, by), WRITERS),
        (ExportAudience("nobody", "/nowhere/at/all.csv", by), PRIVATE | ADMINS),
        (BeginFile("list", name, by, f"{name} list"), WRITERS),
        (EndFile("list", name, by, f"{name} list"), WRITERS),
        (KeepForm(by, name, "{}"), WRITERS),
        (ShowForm(by, name), WRITERS),
        (DropForm(by, name), WRITERS),
        (FindNames("event", by), frozenset({*WRITERS, Role.PRIVACY})),
    ]


STEPS: dict[type, Action] = {
    Submit: Action.SUBMIT,
    RequestChanges: Action.REQUEST_CHANGES,
    Pause: Action.PAUSE,
    Stop: Action.STOP,
}
"""What the table of states decides alone: it is done exactly where that has such a step."""


TOLD_BEFORE = frozenset({VerifyConnection, TestSend})
"""What the audit has before it goes to Segment, which may refuse it."""


def test_every_kind_of_request_that_somebody_makes_is_in_the_matrix() -> None:
    made = {type(request) for request, _ in deeds(LIVE, ANA)}
    assert made == {kind for kind in get_args(mail.Request) if "by" in kind.__annotations__}


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
        tmp_path,
        None,
        Wire(seconds=0),
        rules=rules,
        supervised=False,
        delivering=False,
        quiet=True,
    ) as house:
        line = Line(house.desk, BotSettings(), lambda: 0)
        for role, place in product(Role, range(len(deeds(LIVE, ANA)))):
            definition = structs.replace(LIVE, name=f"{role} {place}")
            asked, needs = deeds(definition, PEOPLE[role])[place]
            await house.desk.ask(Draft(definition=definition, by=ANA))
            await brought_to(house, definition.name, state)
            before = await acts(house)
            answer = await trio.to_thread.run_sync(ask, line, asked)
            for_the_role = isinstance(answer, Refused) and answer.what.startswith("You are not one")
            assert for_the_role == (role not in needs), (role, asked)
            if isinstance(answer, Refused) and type(asked) not in TOLD_BEFORE:
                assert await acts(house) == before, (role, asked)
            if role in needs and (step := STEPS.get(type(asked))) is not None:
                assert isinstance(answer, Refused) == (step not in TABLE[state]), (role, asked)
