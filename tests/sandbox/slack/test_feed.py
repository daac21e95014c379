import trio
from trio.testing import wait_all_tasks_blocked

from sandbox.slack.feed import Feed


async def test_a_change_wakes_all_who_wait(nursery: trio.Nursery) -> None:
    feed = Feed()
    woken: list[int] = []

    async def wait() -> None:
        woken.append(await feed.wait_beyond(0))

    nursery.start_soon(wait)
    nursery.start_soon(wait)
    await wait_all_tasks_blocked()
    assert woken == []
    feed.changed()
    await wait_all_tasks_blocked()
    assert woken == [1, 1]


async def test_a_change_that_came_before_is_not_waited_for() -> None:
    feed = Feed()
    feed.changed()
    assert await feed.wait_beyond(0) == 1


async def test_waiting_for_a_truth_asks_again_after_each_change(nursery: trio.Nursery) -> None:
    feed = Feed()
    seen: list[int] = []

    async def wait() -> None:
        await feed.wait_until(lambda: feed.version >= 2)
        seen.append(feed.version)

    nursery.start_soon(wait)
    for _ in range(2):
        assert seen == []
        feed.changed()
        await wait_all_tasks_blocked()
    assert seen == [2]
