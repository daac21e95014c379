"""Drills with users: let alone, erased, found to be one person, and brought in by a file."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import trio

from actors.mail import Done
from actors.mail_people import EraseUser, ShowUser, SuppressUser, UserShown
from sandbox.slack import ANA
from tests.system.soak import kills
from tests.system.soak.crowd import STEADY_EVENT
from tests.system.soak.ground import Ground
from tests.system.soak.sender import AGAIN_SECONDS

SILENT_SECONDS = 2.0
"""How long is looked for messages after the answer."""
ROWS = 5_000
"""Of a file: several pieces, so that it can be cut off between two."""


async def suppressed(ground: Ground) -> None:
    """It dies over a suppression; from the answer on nothing is sent, whatever the user does."""
    user = "let-alone"
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_looks, ground, user)
        await _until_messaged(ground, user)
        request = SuppressUser(user=user, by=ANA)
        await kills.on_purpose(ground, "suppress.committed", partial(ground.asks, request))
        await _is_silent(ground, user, request)
        nursery.cancel_scope.cancel()


async def erased(ground: Ground, place: str) -> None:
    """It dies over an erasure; from the answer on nothing is sent, and nothing kept."""
    user = f"erased-at-{place}"
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_looks, ground, user)
        await _until_messaged(ground, user)
        ground.erasing.add(user)
        request = EraseUser(user=user, by=ANA, yes=True)
        await kills.on_purpose(ground, place, partial(ground.asks, request))
        await _is_silent(ground, user, request)
        ground.erased.add(user)
        await kills.ends(ground, f"after an erasure cut off at {place}", ground.stage.kill_daemon)
        await ground.start()
        nursery.cancel_scope.cancel()


async def merged(ground: Ground, place: str) -> None:
    """It dies when a device turns out to be somebody's: at last there is one person with it all."""
    device, person = f"device-{place}", f"person-{place}"
    await ground.post(
        [
            {
                "type": "track",
                "event": "Shelf Viewed",
                "anonymousId": device,
                "messageId": f"{device}-{n}",
            }
            for n in range(3)
        ]
    )
    tells: dict[str, Any] = {"type": "identify", "anonymousId": device, "userId": person}
    await kills.on_purpose(
        ground, place, partial(ground.post, [tells | {"messageId": f"{device}-is"}])
    )
    await ground.post([tells | {"messageId": f"{device}-is"}])
    answer = await ground.asks(ShowUser(user=f"anon:{device}"))
    if not isinstance(answer, UserShown) or (answer.user, answer.events_in_all) != (person, 3):
        ground.found.append(f"A device that is somebody's is told as {answer}."[:500])


async def imported(ground: Ground, place: str) -> None:
    """It dies in the middle of a file; the same command again brings in the rest, each row once."""
    file = ground.stage.folder / f"{place}.csv"
    what = ["list", "Soaked"] if place == "import.entries_kept" else ["profiles"]
    _write_rows(file, is_list=what[0] == "list")
    command = ("import", *what, str(file), "--as", ANA, "--json")

    async def again_and_again() -> None:
        while (await ground.cli(*command)).code != 0:
            await trio.sleep(AGAIN_SECONDS)

    await kills.on_purpose(ground, f"{place}:2", again_and_again)
    ran = await ground.cli(*command)
    counts = json.loads(ran.said)["stands"]["counts"] if ran.code == 0 else {}
    if counts.get("rows") != ROWS:
        ground.found.append(f"A file of {ROWS:,} rows that was cut off: {ran}"[:500])


def _write_rows(file: Path, *, is_list: bool) -> None:
    heading, row = (
        ("Type,Identity\n", "i,reader-{}\n") if is_list else ("identity\n", "reader-{}\n")
    )
    file.write_text(heading + "".join(row.format(n) for n in range(ROWS)))


async def _looks(ground: Ground, user: str) -> None:
    """Do what a campaign waits for, again and again. What is erased may be in no list of ours."""
    n = 0
    while True:
        n += 1
        view = {"type": "track", "event": STEADY_EVENT, "userId": user, "messageId": f"{user}-{n}"}
        await ground.sender.post([view])
        await trio.sleep(AGAIN_SECONDS)


async def _until_messaged(ground: Ground, user: str) -> None:
    while not ground.arrived_for(user):
        await trio.sleep(AGAIN_SECONDS)


async def _is_silent(ground: Ground, user: str, request: SuppressUser | EraseUser) -> None:
    """Ask once more, as whoever got no answer does; from then on nothing may arrive."""
    answer = await ground.asks(request)
    before = ground.arrived_for(user)
    await trio.sleep(SILENT_SECONDS)
    late = ground.arrived_for(user) - before
    on_the_wire = answer.on_the_wire if isinstance(answer, Done) else 0
    if not isinstance(answer, Done) or late > on_the_wire:
        ground.found.append(f"{late} messages to {user} arrived after “{answer}”.")
