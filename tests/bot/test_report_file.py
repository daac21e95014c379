import csv
import io

import pytest
from msgspec import structs

from bot.picture_kinds import Drawn
from tests.bot.fake_desk import FakeDesk
from tests.bot.reports import REPORT
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture's process takes seconds, and is tested where it is drawn."""
    monkeypatch.setattr("bot.report_file.drawn", lambda _report: None)


async def test_a_report_comes_as_a_table_to_who_asked(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST))
    await wire.press(ANA, "report_file", "c1")
    (content,) = slack.uploads
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert ["books", "", "sent", "900"] in rows
    assert slack.of("chat.postMessage")[0].args["channel"] == ANA
    assert "in your direct messages" in slack.of("respond")[0].args["text"]


async def test_the_comparison_of_the_drawing_process_is_in_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Drawn(structs.replace(REPORT, name="Drawn"), b"")
    monkeypatch.setattr("bot.report_file.drawn", lambda _report: made)
    desk.keep(draft(PAST))
    await wire.press(ANA, "report_file", "c1")
    assert b"campaign,Drawn," in slack.uploads[0]


async def test_what_cannot_be_given_is_told(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    await wire.press(ANA, "report_file", "c_gone")
    desk.keep(draft(PAST))
    slack.failures["chat.postMessage"] = ["restricted_action"]
    await wire.press(ANA, "report_file", "c1")
    said = [each.args["text"] for each in slack.of("respond")]
    assert "no campaign" in said[0]
    assert "did not take the file" in said[1]
