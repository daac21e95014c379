"""Everything that can be pressed, submitted or typed, and every role: who is turned away."""

import pytest

from actors.mail import Answer, Done, Refused, Request
from actors.mail_audience import ExportAudience, SaveAudience
from actors.mail_files import OfFile
from bot import commands, rehearsal_card, report_card, report_file
from bot.answers import USES
from bot.settings import BotSettings
from domain.roles import Role
from tests.actors.test_membership import only
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.test_manifest import heard, made
from tests.bot.ways import ALL, WAYS
from tests.bot.wire import Wire

KINDS = ("action", "view", "view_closed", "options", "event")


class Willing(FakeDesk):
    """A desk that also answers what is asked about people and their files."""

    def _answer(self, request: Request) -> Answer:
        match request:
            case SaveAudience():
                return Done("It is saved.")
            case ExportAudience() | OfFile():
                return Refused("Nobody is in it.", "Try another.")
            case _:
                return super()._answer(request)


def test_whatever_the_app_listens_to_is_in_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {kind: heard(monkeypatch, kind) for kind in KINDS}
    made()
    names = {
        f"{kind} {getattr(each, 'pattern', each)}" for kind in KINDS for each in told[kind]
    } - {f"{kind} " for kind in KINDS}  # what is for no other listener is told that it is outdated
    assert names == {way for way in WAYS if not way.startswith("/")}


def test_whatever_can_be_typed_is_in_the_matrix() -> None:
    named = {f"/campaign {name}" for name in {*USES, *commands._REQUESTS}}
    typed_here = {way for way in WAYS if way.startswith("/")}
    assert named <= typed_here
    assert all(way.startswith("/campaign audience ") for way in typed_here - named)


@pytest.mark.parametrize("role", list(Role))
async def test_whoever_lacks_the_role_is_told_so_and_nothing_is_done_and_nobody_else_is(
    settings: BotSettings, slack: SlackStub, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    for card in (report_card, rehearsal_card, report_file):
        monkeypatch.setattr(card, "drawn", lambda _: None)  # pictures take their time
    desk = Willing()
    desk.members = only(role)
    wire, check = Wire(settings, desk, slack), desk.check
    for name, way in WAYS.items():
        if way.needs == ALL and role is not Role.VIEWER:
            continue  # every role looks as a viewer does
        desk.campaigns.clear()
        desk.keep(draft(PAST, state="running"))
        desk.block(PAST.name, qualified=80, limit=50)
        desk.check = check
        desk.forms.clear()
        desk.asked.clear()
        slack.calls.clear()
        came = await way.act(wire, desk)
        before = dict(desk.forms)
        said = f"{[call.args for call in slack.calls]} {getattr(came, 'body', came)}"
        may = role in way.needs
        deeds = {type(each) for each in desk.asked if "by" in type(each).__annotations__}
        assert ("You are not one of" in said) == (not may and not way.quiet), (name, role, said)
        assert may or not deeds, (name, role, deeds)
        assert may or desk.forms == before, (name, role)
        assert way.asks is None or (way.asks in deeds) == may, (name, role, deeds)
        assert "went wrong" not in said, (name, role, said)
