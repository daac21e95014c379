import httpx
import trio
from trio.testing import MockClock

from actors.accepting import ANSWER_SECONDS, Accepting


async def test_everything_is_accepted_after_a_while(autojump_clock: MockClock) -> None:
    async with httpx.AsyncClient(transport=Accepting()) as client:
        answer = await client.post("http://rehearsal.invalid/v1/batch", content=b"x")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert trio.current_time() == ANSWER_SECONDS
