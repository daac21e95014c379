from functools import partial
from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from domain.campaign import Limits
from store import letters
from store.letters import Letter
from tests.actors.house import ANA, PAST, House, open_house

HELD = replace(PAST, name="Win\u00a0back", limits=Limits(safety_limit=2))
VALUES = ("u1", "u1@x.no", "Norway")


async def held(folder: Path, clock: MockClock, *, post: bool) -> list[Letter]:
    """Let a run be held, and return the letters that wait."""
    rung: list[str] = []
    async with open_house(
        folder, clock, post=partial(rung.append, "ring") if post else None
    ) as house:
        await feed(house)
        await house.publish(HELD)
        await house.until(HELD.name, "blocked")
        found = await house.store.read(partial(letters.due, now_ms=house.clock.now_ms(), limit=9))
        await house.idle(3_600)
    assert rung == (["ring"] if post else [])
    return found


async def feed(house: House) -> None:
    for n in range(3):
        await house.feed(house.profile(f"u{n}", email=f"u{n}@x.no", country="Norway"))


async def test_a_held_run_writes_its_author_one_letter_with_what_to_do(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    (letter,) = await held(tmp_path, autojump_clock, post=True)
    assert letter.who == ANA
    assert "3 users qualify, the safety limit is 2" in letter.subject
    for part in ("Nobody has been messaged", "clarion campaign skip-run", "sample"):
        assert part in letter.body


async def test_the_commands_of_a_letter_name_the_campaign_by_its_id_alone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """They are copied into a shell, and a name may be anything."""
    (letter,) = await held(tmp_path, autojump_clock, post=True)
    commands = [line for line in letter.body.splitlines() if line.startswith("  clarion")]
    assert len(commands) == 4
    assert all(f" {letter.campaign}" in line and HELD.name not in line for line in commands)


async def test_a_letter_has_no_value_of_any_user(tmp_path: Path, autojump_clock: MockClock) -> None:
    (letter,) = await held(tmp_path, autojump_clock, post=True)
    assert not any(value in letter.subject + letter.body for value in VALUES)


async def test_without_a_mail_server_no_letter_is_kept(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    assert await held(tmp_path, autojump_clock, post=False) == []
