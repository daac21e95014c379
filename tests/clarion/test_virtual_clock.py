import time

import trio

from clarion.virtual_clock import VirtualClock


def test_a_month_passes_at_once_and_in_order() -> None:
    woke: list[float] = []

    async def sleeper(days: float) -> None:
        await trio.sleep(days * 86_400)
        woke.append(round(trio.current_time() / 86_400, 6))

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for days in (30, 1, 7.5):
                nursery.start_soon(sleeper, days)

    began = time.process_time()
    trio.run(main, clock=VirtualClock())
    assert woke == [1, 7.5, 30]
    assert time.process_time() - began < 5
