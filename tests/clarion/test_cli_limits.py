from pathlib import Path

from actors.mail import Answer, Request
from actors.mail_limits import LimitLine, LimitsShown, ShowLimits
from tests.clarion.doors import answering, plain
from tests.clarion.terminal import flat, run


def test_limits_are_asked_of_one_campaign_or_of_all(tmp_path: Path) -> None:
    asked: list[Request] = []

    async def ask(request: Request) -> Answer:
        asked.append(request)
        return LimitsShown("", "", "UTC", (LimitLine("Pace", "500 messages a second"),))

    with answering(tmp_path, plain(ask)):
        said = run("limits", "--data", str(tmp_path))
        run("limits", "Win back", "--data", str(tmp_path))
    assert asked == [ShowLimits(), ShowLimits("Win back")]
    assert "500 messages a second" in flat(said.output)
