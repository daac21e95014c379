import pytest
import trio
from trio.testing import MockClock

from actors.mail import Answer, Done, Request
from actors.mail_report import MakeDigests, TellHead
from bot.digests import digest_day, run_digests
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk

OSLO = BotSettings(zone="Europe/Oslo")
NIGHT_MS = 1_774_047_600_000  # 2026-03-20T23:00Z: the midnight before 21 March in Oslo


async def asked(
    start_ms: int,
    hours: float,
    settings: BotSettings = OSLO,
    kind: type[MakeDigests | TellHead] = MakeDigests,
) -> list[tuple[str, float]]:
    """Return the days that were asked for, each with the hours until then."""
    began = trio.current_time()
    found: list[tuple[str, float]] = []

    class Noting(FakeDesk):
        async def ask(self, request: Request) -> Answer:
            assert isinstance(request, MakeDigests | TellHead)
            if isinstance(request, kind):
                found.append((request.day, round((trio.current_time() - began) / 3_600, 2)))
            return Done("They will be posted.")

    def now_ms() -> int:
        return start_ms + round((trio.current_time() - began) * 1_000)

    with trio.move_on_after(hours * 3_600):
        await run_digests(Noting(), settings, now_ms)
    return found


async def test_once_a_day_at_the_time_of_the_accounts_wall(autojump_clock: MockClock) -> None:
    """The night to 29 March has an hour less."""
    found = await asked(NIGHT_MS, 24 * 9)
    assert found[0] == ("2026-03-21", 9.0)
    assert [hours for _, hours in found] == [9 + 24 * n - (n >= 8) for n in range(9)]


async def test_a_daemon_that_starts_after_the_time_asks_at_once(autojump_clock: MockClock) -> None:
    assert await asked(NIGHT_MS + 10 * 3_600_000, 1) == [("2026-03-21", 0.0)]


async def test_who_wants_no_digest_gets_none(autojump_clock: MockClock) -> None:
    assert await asked(NIGHT_MS, 48, BotSettings(digest="")) == []


@pytest.mark.parametrize("digest", ["09:00", ""])
async def test_the_head_of_the_audit_log_is_told_every_day_with_or_without_digests(
    autojump_clock: MockClock, digest: str
) -> None:
    settings = BotSettings(zone="Europe/Oslo", digest=digest)
    found = await asked(NIGHT_MS, 72, settings, TellHead)
    assert found == [("2026-03-21", 9.0), ("2026-03-22", 33.0), ("2026-03-23", 57.0)]


def test_the_day_is_that_of_the_account() -> None:
    assert digest_day(NIGHT_MS, OSLO) == ("2026-03-21", NIGHT_MS + 9 * 3_600_000)
