from pathlib import Path

import trio
from msgspec.structs import replace
from trio.testing import MockClock

from domain.campaign import When
from domain.personal import UserZone
from tests.actors.aside import told
from tests.actors.house import PAST, open_house

NOON = When("2026-03-20T12:00", personal=UserZone(unknown_zone="drop"))


async def test_whoever_waits_for_their_turn_is_told_when_it_is(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Noon is in 14 minutes here, and was hours ago in Tokyo."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(
            house.profile("here", timezone="Europe/Oslo"),
            house.profile("west", timezone="America/New_York"),
        )
        await house.publish(replace(PAST, when=NOON))
        await trio.sleep(2 * 3_600)
        await house.feed(house.profile("east", timezone="Asia/Tokyo"), house.profile("nowhere"))
        said = {
            user: (await told(house, user, PAST.name)).known[-1]
            for user in ("here", "west", "east", "nowhere")
        }
    assert "turn" not in said["here"], "it was"
    assert said["west"].endswith(
        "it is the user's turn at 2026-03-20 12:00:00 in America/New_York."
    )
    assert "the user's time (Asia/Tokyo) has passed" in said["east"]
    assert "gets nothing: The user's time zone is unknown" in said["nowhere"]
