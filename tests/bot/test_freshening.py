import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Answer, BooksView, Request
from actors.mail_report import FreshenCards
from bot.freshening import run_freshening
from store.errors import DiskFull
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST, draft

RUNNING = draft(PAST, id="c1", state="running", books=BooksView(qualified=9, pending=9))


def asked(desk: FakeDesk) -> list[FreshenCards]:
    return [each for each in desk.asked if isinstance(each, FreshenCards)]


async def test_a_card_is_drawn_anew_within_a_minute_while_its_books_move(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    desk = FakeDesk()
    desk.keep(RUNNING)
    desk.keep(draft(LIVE, id="c2", state="draft"))
    nursery.start_soon(run_freshening, desk)
    await trio.sleep(61)
    assert asked(desk) == [FreshenCards(("c1",))]
    await trio.sleep(600)
    assert len(asked(desk)) == 1, "what stands still is left alone"
    desk.keep(replace(RUNNING, books=BooksView(qualified=9, sent=4, pending=5)))
    await trio.sleep(60)
    assert asked(desk) == [FreshenCards(("c1",))] * 2


async def test_a_store_that_fails_is_asked_again(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    failures = [DiskFull]

    class Failing(FakeDesk):
        async def ask(self, request: Request) -> Answer:
            if failures:
                raise failures.pop()
            return await super().ask(request)

    desk = Failing()
    desk.keep(RUNNING)
    nursery.start_soon(run_freshening, desk)
    await trio.sleep(121)
    assert asked(desk) == [FreshenCards(("c1",))]
