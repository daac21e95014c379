import json

import pytest
import trio

from bot import line
from bot.modals import changes_view
from bot.refs import Memo, Ref
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import BEN, Wire, opened


@pytest.mark.parametrize(("state", "said"), [("in_review", "It went back."), ("draft", "It is dr")])
async def test_an_answer_that_takes_long_follows_the_modal(
    wire: Wire,
    desk: FakeDesk,
    slack: SlackStub,
    nursery: trio.Nursery,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    said: str,
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.0)
    view = desk.keep(draft(PAST, state=state))
    desk.slow = trio.Event()
    form = opened(changes_view(Memo("C0MAIN", Ref.of(view))), {"comment": "Too many."})
    body = wire.interact_body(type="view_submission", user={"id": BEN, "team_id": "T1"}, view=form)
    answer = json.loads((await wire.early(nursery, body)).body)
    assert answer["response_action"] == "update"
    assert "Working on it" in str(answer)
    desk.slow.set()
    await slack.wait_until(lambda: bool(slack.of("chat.postEphemeral")))
    assert said in slack.of("chat.postEphemeral")[0].said
