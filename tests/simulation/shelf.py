"""What audiences name is put on the shelf first: saved audiences, and lists of users."""

from collections.abc import Awaitable, Callable

from actors.mail import Request
from actors.mail_audience import SaveAudience
from actors.mail_files import BeginFile, EndFile, FileStands, TakeEntries
from store.lists import Entry
from tests.simulation.asks import Ask, Listed, Named, parts
from tests.simulation.defined import node_of
from tests.simulation.world import World

ANA = "U0ANA00001"
TRIES_MAX = 20


async def fill(
    who: Ask | None, told: Callable[[Request], Awaitable[object | None]], world: World
) -> None:
    """Keep everything that an audience names, the innermost first; it may be there already."""
    for part in parts(who):
        match part:
            case Named(name=name, of=of):
                await told(SaveAudience(name=name, who=node_of(of), by=ANA))
            case Listed():
                for _ in range(TRIES_MAX):  # a daemon may die between two pieces
                    if await _import(part, told):
                        break
                    await world.pause(5_000)
            case _:
                pass


async def _import(listed: Listed, told: Callable[[Request], Awaitable[object | None]]) -> bool:
    """Import a list as a file; tell whether it is in."""
    source = f"file of {listed.name}"
    stands = await told(BeginFile("list", source, ANA, listed.name))
    if not isinstance(stands, FileStands):
        return False
    if stands.done_ms is not None:
        return True
    rows = stands.counts.rows
    entries = tuple(Entry("identity", user) for user in listed.users[rows:])
    version, of_list = stands.version, stands.list_id
    if entries:
        taken = await told(
            TakeEntries(
                "list",
                source,
                name=listed.name,
                version=version,
                list_id=of_list,
                at=rows,
                entries=entries,
            )
        )
        if not isinstance(taken, FileStands):
            return False
    ends = EndFile("list", source, ANA, listed.name, version, of_list)
    return isinstance(await told(ends), FileStands)
