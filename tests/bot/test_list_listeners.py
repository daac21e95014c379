"""A list out of a file in Slack, through the wire to the real desk and its store."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from actors.desk import HouseRules
from bot import line, list_import
from bot.list_form import list_form
from bot.refs import Memo
from bot.settings import BotSettings
from domain.roles import RoleLists
from store import memberships
from tests.actors.house import House, open_house
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire, opened

GOOD = b"Identity\nu0000\nu0001\nu0001\nnobody\n"
ONLY_BEN = HouseRules(roles=RoleLists(marketers=(BEN,)))
Stage = tuple[House, Wire]


@asynccontextmanager
async def stage(
    folder: Path, settings: BotSettings, slack: SlackStub, rules: HouseRules | None = None
) -> AsyncIterator[Stage]:
    async with open_house(
        folder, None, rules=rules, quiet=True, supervised=False, delivering=False
    ) as house:
        await house.people(2)
        yield house, Wire(settings, house.desk, slack)
        assert slack.complaints == []


async def submit(wire: Wire, by: str = ANA, **values: str) -> Any:
    given = {"name": "Fair visitors", "file": "F1:fair.csv", **values}
    return await wire.submit(by, opened(list_form(Memo("C0MAIN")), given))


async def lists(house: House) -> list[tuple[str, int, int]]:
    rows = await house.store.read(memberships.everyone)
    return [(row.name, row.version, row.members) for row in rows]


async def test_the_command_opens_the_form_with_the_name_that_was_typed(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.command(ANA, "audience import “Fair visitors”")
    view = slack.of("views.open")[0].args["view"]
    assert (view["callback_id"], view["blocks"][1]["element"]["initial_value"]) == (
        "import_list",
        "Fair visitors",
    )


async def test_a_file_becomes_a_list_and_every_row_is_told_of(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = GOOD
        assert await submit(wire) == {"response_action": "clear"}
        assert await lists(house) == [("Fair visitors", 1, 2)]
        said = slack.of("chat.postEphemeral")[0].said
        for part in ("has 2 members now (version 1)", "*Duplicates*\\n1", "users*\\n1"):
            assert part in said
        audit = await house.audit()
        assert [(who, action) for who, action, _ in audit] == [(ANA, "publish_list")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty."),
        (b"Name\nu1\n", "There is no column “identity”"),
        (b'Identity\n"u0000\n', "A quote that opens here is never closed"),
        (b"Identity\nJ\xf6rg\n", "name the encoding"),
        (b"Identity\nnobody\n", "Nobody of the file is a user that is known"),
        (gzip.compress(GOOD, mtime=0), "The file is packed."),
    ],
)
async def test_a_file_that_fails_is_refused_at_its_input_and_the_last_good_one_stays(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, content: bytes, said: str
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = GOOD
        await submit(wire)
        slack.files["F1"] = content
        answer = await submit(wire)
        assert said in answer["errors"]["file"]
        assert await lists(house) == [("Fair visitors", 1, 2)]


async def test_an_encoding_that_is_chosen_is_believed(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = "Identity\nu0000\nJörg\n".encode("cp1252")
        await submit(wire, encoding="cp1252")
        assert await lists(house) == [("Fair visitors", 1, 1)]


async def test_many_problems_are_all_named_in_a_file_for_this_person_alone(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = b"Type,Identity\n" + b"x,u0000\n" * 11 + b"i,u0001\n"
        await submit(wire)
        assert await lists(house) == [("Fair visitors", 1, 1)]
        told = slack.of("chat.postEphemeral")[0].said
        assert ("and 1 more problem" in told, "line 11" in told) == (True, True)
        (problems,) = slack.uploads
        assert len(problems.splitlines()) == 11
        assert slack.of("chat.postMessage")[0].args["channel"] == ANA


async def test_who_does_not_get_the_file_of_all_problems_hears_so(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        slack.files["F1"] = b"Type,Identity\n" + b"x,u0000\n" * 11 + b"i,u0001\n"
        slack.failures["chat.postMessage"] = ["internal_error"]
        await submit(wire)
        assert "did not take the file" in slack.of("chat.postEphemeral")[-1].said


async def test_a_person_without_the_role_gets_no_form_and_submits_none(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack, ONLY_BEN) as (house, wire):
        slack.files["F1"] = GOOD
        await wire.command(ANA, "audience import VIP")
        await wire.press(ANA, "import_list", "list")
        assert slack.of("views.open") == []
        answer = await submit(wire, ANA)
        assert "not one of the marketers" in answer["errors"]["file"]
        assert (slack.fetched_by, await lists(house)) == ([], [])
        await submit(wire, BEN)
        assert await lists(house) == [("Fair visitors", 1, 2)]


async def test_a_file_that_takes_long_says_how_far_it_is_and_how_it_ended(
    tmp_path: Path,
    settings: BotSettings,
    slack: SlackStub,
    nursery: trio.Nursery,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(list_import, "SAID_EVERY_SECONDS", 0.0)
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = GOOD
        slack.held = trio.Event()
        form = opened(list_form(Memo("C0MAIN")), {"name": "VIP", "file": "F1:a.csv"})
        body = wire.interact_body(
            type="view_submission", user={"id": ANA, "team_id": "T1"}, view=form
        )
        answer = json.loads((await wire.early(nursery, body)).body)
        assert "Working on it" in str(answer["view"])
        slack.held.set()
        await slack.wait_until(lambda: bool(slack.of("chat.postEphemeral")))
        drawn = [str(call.args["view"]) for call in slack.of("views.update")]
        assert any("importing the file: 100 %" in each for each in drawn)
        assert "has 2 members now" in drawn[-1]
        assert await lists(house) == [("VIP", 1, 2)]


async def test_a_daemon_that_has_too_much_to_do_takes_the_file_later(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = GOOD
        house.pressure._since["lag"] = 0.0
        house.pressure.measured = house.pressure.measured.__class__(lag_events=10**9)
        naps: list[float] = []

        def nap(seconds: float) -> None:
            naps.append(seconds)
            house.pressure._since.clear()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(list_import, "_nap", nap)
            await submit(wire)
        assert (naps, await lists(house)) == ([1], [("Fair visitors", 1, 2)])


async def test_a_file_that_is_misread_in_many_places_has_all_of_them_named_in_a_file(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        slack.files["F1"] = b"Identity\n" + b"J\xf6rg\n" * 5
        answer = await submit(wire)
        assert "line 2" in answer["errors"]["file"]
        (problems,) = slack.uploads
        assert [line.split(",")[0] for line in problems.decode().splitlines()] == [
            f"line {n}" for n in range(2, 7)
        ]
        assert await lists(house) == []
