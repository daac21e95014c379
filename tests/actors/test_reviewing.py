from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Approve, Draft, Publish, RequestChanges, Submit
from domain.roles import RoleLists
from tests.actors.house import ANA, BEN, CLEO, LIVE, open_house

replace = msgspec.structs.replace
EDITED = replace(LIVE, labels=("new",))


async def test_neither_the_author_nor_an_editor_approves(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Draft(definition=EDITED, by=BEN))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        before = await house.snapshot()
        for who in (ANA, BEN):
            assert "someone else" in (await house.refused(Approve(name=LIVE.name, by=who))).what
        assert await house.snapshot() == before
        await house.asks(Approve(name=LIVE.name, by=CLEO))


async def test_who_approves_a_moment_later_is_told_who_was_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.approved(LIVE)
        late = await house.refused(Approve(name=LIVE.name, by=CLEO))
        assert late.what == f"@{BEN} has approved “{LIVE.name}” already."
        again = await house.refused(Approve(name=LIVE.name, by=BEN))
        assert again.what == f"You have approved “{LIVE.name}” already."


async def test_an_approval_is_for_the_content_that_was_seen(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        seen = (await house.view(LIVE.name)).hash
        await house.asks(Draft(definition=EDITED, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        stale = await house.refused(Approve(name=LIVE.name, by=BEN, hash=seen))
        assert "changed" in stale.what
        await house.refused(RequestChanges(name=LIVE.name, by=BEN, comment="x", hash=seen))


async def test_an_edit_voids_the_approval(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.approved(LIVE)
        await house.asks(Draft(definition=EDITED, by=ANA))
        no = await house.refused(Publish(name=LIVE.name, by=ANA))
        assert "not been approved" in no.what
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.refused(Publish(name=LIVE.name, by=ANA))


async def test_a_comment_sends_it_back(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        await house.asks(RequestChanges(name=LIVE.name, by=BEN, comment="shorter"))
        view = await house.view(LIVE.name)
        assert (view.state, view.reason) == ("rejected", "shorter")


async def test_who_wrote_what_is_sent_back_is_told_directly_and_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Draft(definition=EDITED, by=BEN))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        await house.asks(RequestChanges(name=LIVE.name, by=CLEO, comment="shorter"))
        await house.refused(RequestChanges(name=LIVE.name, by=CLEO, comment="shorter"))
        told = await house.rows("SELECT subject, body FROM announcement WHERE kind = 'direct'")
        said = f"@{CLEO} asks for changes to *{LIVE.name}*: shorter"
        assert told == [(ANA, said), (BEN, said)]


async def test_nobody_is_told_what_they_asked_for_themselves(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        await house.asks(RequestChanges(name=LIVE.name, by=ANA, comment="shorter"))
        assert await house.rows("SELECT 1 FROM announcement WHERE kind = 'direct'") == []


async def test_only_the_named_approvers_approve(tmp_path: Path, autojump_clock: MockClock) -> None:
    rules = HouseRules(roles=RoleLists(approvers=(CLEO,)))
    async with open_house(tmp_path, autojump_clock, rules=rules, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(name=LIVE.name, by=ANA))
        assert f"@{CLEO}" in (await house.refused(Approve(name=LIVE.name, by=BEN))).fix
        await house.asks(Approve(name=LIVE.name, by=CLEO))
