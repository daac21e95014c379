import trio
from trio.testing import MockClock

from actors.mailbox import Look, Mailbox, NewEvents, Stop


async def test_what_says_the_same_is_one_letter_and_the_latest_place_counts() -> None:
    mailbox = Mailbox()
    for upto in (5, 9, 7):
        mailbox.post(NewEvents(upto))
        mailbox.post(Look())
    assert [await mailbox.next(), await mailbox.next()] == [Look(), NewEvents(9)]
    assert not mailbox.waiting


async def test_a_stop_is_read_before_anything_else_and_stays() -> None:
    mailbox = Mailbox()
    for mail in (Look(), NewEvents(1), Stop()):
        mailbox.post(mail)
    assert [await mailbox.next(), await mailbox.next()] == [Stop(), Stop()]


async def test_no_letter_in_time_is_none(autojump_clock: MockClock) -> None:
    before = trio.current_time()
    assert await Mailbox().next(wait_seconds_max=12) is None
    assert trio.current_time() == before + 12


async def test_a_letter_that_comes_while_one_waits_is_read_at_once(
    autojump_clock: MockClock,
) -> None:
    mailbox = Mailbox()

    async def post_later() -> None:
        await trio.sleep(3)
        mailbox.post(Look())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(post_later)
        before = trio.current_time()
        assert await mailbox.next(wait_seconds_max=60) == Look()
    assert trio.current_time() == before + 3


async def test_a_cancelled_reader_leaves_the_letter() -> None:
    mailbox = Mailbox()
    mailbox.post(Look())
    with trio.CancelScope() as scope:
        scope.cancel()
        await mailbox.next()
    assert mailbox.waiting
    assert await mailbox.next() == Look()
