"""What people and fate do seldom, done on purpose: each ends with the daemon killed over it."""

from collections.abc import Awaitable, Callable
from functools import partial

import trio

from tests.system.soak import broken, crowd, held, letting_go, starts
from tests.system.soak.ground import Ground

Drill = Callable[[Ground], Awaitable[None]]

ALONE: tuple[Drill, ...] = (
    starts.a_new_folder,
    partial(held.suspended, place="unclaim.before"),
    partial(held.suspended, place="unclaim.committed"),
)
"""Those that the load would disturb."""
UNDER_LOAD: tuple[Drill, ...] = (
    starts.told_to_stop,
    starts.told_slack,
    starts.checked_connection,
    broken.content,
    broken.event,
    broken.campaign,
    held.night,
    letting_go.suppressed,
    partial(letting_go.erased, place="erase.deleted"),
    partial(letting_go.erased, place="erase.committed"),
    partial(letting_go.erased, place="projector.forgotten"),
    partial(letting_go.erased, place="projector.compacted"),
    partial(letting_go.merged, place="merging.identity_kept"),
    partial(letting_go.merged, place="merging.done"),
    partial(letting_go.imported, place="import.kept"),
    partial(letting_go.imported, place="import.entries_kept"),
)


async def all_of_them(ground: Ground) -> None:
    """Do one after the other, those that can be under the load of shoppers."""
    for drill in ALONE:
        await drill(ground)
    await ground.live(crowd.STEADY)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        for drill in UNDER_LOAD:
            await drill(ground)
        nursery.cancel_scope.cancel()
