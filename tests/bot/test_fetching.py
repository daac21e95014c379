from pathlib import Path

import pytest
import trio

from actors.mail import Refused
from bot import fetching
from bot.app import make_client
from bot.fetching import GONE, MAY_NOT_READ, NOT_GIVEN, TOO_LARGE, fetch, is_slacks
from bot.settings import BotSettings
from tests.bot.slack_stub import BOT_TOKEN, SlackStub

API = "https://slack.com/api/"


async def fetched(settings: BotSettings, into: Path) -> Refused | None:
    return await trio.to_thread.run_sync(fetch, make_client(settings), "F1", into)


async def test_a_file_is_fetched_with_the_bots_token(
    settings: BotSettings, slack: SlackStub, tmp_path: Path
) -> None:
    slack.files["F1"] = b"Identity\nu1\n"
    assert await fetched(settings, tmp_path / "a.csv") is None
    assert (tmp_path / "a.csv").read_bytes() == b"Identity\nu1\n"
    assert slack.fetched_by == [f"Bearer {BOT_TOKEN}"]


@pytest.mark.parametrize(
    ("url", "api", "is_theirs"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.csv", API, True),
        ("https://slack.com/x", API, True),
        ("https://files.slack-gov.com/x", "https://slack-gov.com/api/", True),
        ("http://files.slack.com/x", API, False),
        ("https://files.slack.com:8443/x", API, False),
        ("https://slack.com.evil.example/x", API, False),
        ("https://evilslack.com/x", API, False),
        ("https://files.slack.com@evil.example/x", API, False),
        ("https://[x", API, False),
        ("file:///etc/passwd", API, False),
        ("", API, False),
        ("http://127.0.0.1:8090/files/F1", "http://127.0.0.1:8090/api/", True),
        ("http://127.0.0.1:8091/files/F1", "http://127.0.0.1:8090/api/", False),
    ],
)
def test_the_token_goes_to_slacks_own_hosts_alone(url: str, api: str, is_theirs: bool) -> None:
    assert is_slacks(url, api) == is_theirs


async def test_an_address_elsewhere_is_never_asked(
    settings: BotSettings, slack: SlackStub, tmp_path: Path
) -> None:
    slack.files["F1"] = b"x"
    other = SlackStub()
    async with trio.open_nursery() as nursery:
        await nursery.start(other.serve)
        slack.file_base = other.base
        assert await fetched(settings, tmp_path / "a.csv") == NOT_GIVEN
        nursery.cancel_scope.cancel()
    assert (slack.fetched_by, other.fetched_by) == ([], [])


@pytest.mark.parametrize(
    ("status", "refused"), [(302, MAY_NOT_READ), (403, MAY_NOT_READ), (503, NOT_GIVEN)]
)
async def test_who_is_sent_away_goes_nowhere_with_the_token(
    settings: BotSettings, slack: SlackStub, tmp_path: Path, status: int, refused: Refused
) -> None:
    slack.files["F1"], slack.file_status = b"x", status
    assert await fetched(settings, tmp_path / "a.csv") == refused
    assert len(slack.fetched_by) == 1


async def test_a_page_to_sign_in_is_no_file(
    settings: BotSettings, slack: SlackStub, tmp_path: Path
) -> None:
    slack.files["F1"], slack.file_kind = b"<html>", "text/html"
    assert await fetched(settings, tmp_path / "a.csv") == MAY_NOT_READ


@pytest.mark.parametrize(("told", "sent"), [(11, 0), (0, 11)])
async def test_a_file_over_the_limit_is_refused_whatever_its_size_is_said_to_be(
    settings: BotSettings,
    slack: SlackStub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: int,
    sent: int,
) -> None:
    monkeypatch.setattr(fetching, "FILE_BYTES_MAX", 10)
    slack.files["F1"], slack.file_size = b"x" * sent, told
    assert await fetched(settings, tmp_path / "a.csv") == TOO_LARGE


async def test_a_stop_of_the_daemon_ends_a_fetch_that_takes_long(
    settings: BotSettings, slack: SlackStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FILE_BYTES_MAX", 10**12)
    monkeypatch.setattr(fetching, "FETCH_SECONDS_MAX", 2)
    slack.files["F1"], slack.endless = b"", trio.Event()
    came: list[Refused | None] = []

    async def ask() -> None:
        came.append(await fetched(settings, tmp_path / "a.csv"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        await slack.endless.wait()
        nursery.cancel_scope.cancel()
    assert came == []


@pytest.mark.parametrize(
    ("failure", "refused"),
    [
        ("missing_scope", MAY_NOT_READ),
        ("file_not_found", GONE),
        ("file_deleted", GONE),
        ("internal_error", NOT_GIVEN),
        (503, NOT_GIVEN),
    ],
)
async def test_what_slack_does_not_tell_of_is_refused(
    settings: BotSettings, slack: SlackStub, tmp_path: Path, failure: str | int, refused: Refused
) -> None:
    slack.failures["files.info"] = [failure]
    assert await fetched(settings, tmp_path / "a.csv") == refused
