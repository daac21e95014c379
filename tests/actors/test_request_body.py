import trio
from starlette.requests import Request
from starlette.types import Message
from trio.testing import MockClock

from actors.doors import Refusal
from actors.request_body import BODY_SECONDS_MAX, Held, Waiting, read_body


def test_each_request_counts_until_it_is_let_go() -> None:
    waiting = Waiting(100)
    with Held(waiting, known=True) as one, Held(waiting, known=True) as other:
        one.add(80)
        other.add(60)
        assert (waiting.bytes, waiting.refusal(known=True) is not None) == (140, True)
        assert (one.may_go_on, other.may_go_on) == (True, True)
        one.add(30)
        assert (one.may_go_on, other.may_go_on) == (True, False)
    assert (waiting.bytes, waiting.refusal(known=True)) == (0, None)


def test_strangers_share_a_part_and_keep_nobody_out_who_has_shown_a_key() -> None:
    waiting = Waiting(100)
    with Held(waiting, known=False) as one, Held(waiting, known=False) as other:
        one.add(25)
        assert waiting.refusal(known=False) is None
        other.add(5)
        assert waiting.refusal(known=False) is not None
        assert waiting.refusal(known=True) is None
        assert (one.may_go_on, other.may_go_on) == (True, True)
        one.add(10)
        assert (one.may_go_on, other.may_go_on) == (True, False)
        one.welcome()
        one.welcome()
        assert (waiting.bytes, waiting.strangers_bytes) == (40, 5)
        assert waiting.refusal(known=False) is None
        one.add(70)
        assert waiting.refusal(known=True) is not None
    assert (waiting.bytes, waiting.strangers_bytes) == (0, 0)


async def _read(waiting: Waiting, pauses: list[float]) -> bytes | Refusal:
    """Read a body of which a byte comes after each pause."""
    left = list(pauses)

    async def receive() -> Message:
        if not left:
            return {"type": "http.request", "body": b"", "more_body": False}
        await trio.sleep(left.pop(0))
        return {"type": "http.request", "body": b"x", "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with Held(waiting, known=True) as held:
        return await read_body(request, held, 100)


async def test_a_body_that_does_not_come_is_let_go(autojump_clock: MockClock) -> None:
    """A few who only wait would keep all others out, and need no key for it."""
    waiting = Waiting(100)
    refused = await _read(waiting, [0, BODY_SECONDS_MAX + 1])
    assert isinstance(refused, Refusal)
    assert (refused.status, waiting.bytes) == (408, 0)
    dripping = await _read(waiting, [1.0] * 99)
    assert isinstance(dripping, Refusal)
    assert await _read(waiting, [9.0, 9.0, 9.0]) == b"xxx"
