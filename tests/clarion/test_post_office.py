from functools import partial

import trio

from actors.postman import Delivered, Never, NotYet
from actors.smtp import Server
from bot.addresses import NoAddress
from bot.settings import BotSettings
from clarion import post_office
from clarion.config import Account, Email
from clarion.post_office import PostOffice
from clarion.secrets_file import Secrets
from clarion.settings import Settings
from sandbox.post import LocalPost
from store.hold import Hold
from store.letters import Letter

NOW_MS = 1_774_000_000_000
LETTER = Letter(7, "U0ANA", "c1", "“Spring” is held", "So.", 0, NOW_MS)


class Book:
    def __init__(self, answer: str | NoAddress) -> None:
        self.answer = answer

    async def of(self, who: str) -> str | NoAddress:
        assert who == "U0ANA"
        return self.answer


async def test_a_letter_is_carried_to_its_persons_address_under_an_id_of_its_own() -> None:
    post = LocalPost()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(post.serve)
        server = Server("127.0.0.1", port, "none", "clarion@example.com")
        office = PostOffice(server, Book("ana@example.com"), lambda: NOW_MS, Hold(), "Shop")
        outcomes = [await office.deliver(LETTER) for _ in range(2)]
        nursery.cancel_scope.cancel()
    assert outcomes == [Delivered(), Delivered()]
    first, again = post.received
    assert first.recipients == ("ana@example.com",)
    assert f"Message-ID: <clarion-7-{NOW_MS}@example.com>".encode() in first.data
    assert first.data == again.data, "a mail program knows the second for the first"


async def test_who_has_no_address_gets_nothing_now_or_ever() -> None:
    office = partial(
        PostOffice, Server("127.0.0.1", 9, "none", "c@x.test"), now_ms=lambda: NOW_MS, hold=Hold()
    )
    down, none = Book(NoAddress("Slack is down", for_now=True)), Book(NoAddress("unknown"))
    assert await office(addresses=down).deliver(LETTER) == NotYet("Slack is down")
    assert await office(addresses=none).deliver(LETTER) == Never("unknown")


def test_without_a_host_nobody_carries_letters() -> None:
    off = BotSettings(mode="off")
    assert post_office.post_office(Settings(), off, now_ms=lambda: 0, hold=Hold()) is None
    settings = Settings(
        account=Account(name="Shop"),
        email=Email(host="smtp.x.test", user="me", sender="c@x.test"),
        secrets=Secrets(smtp_password="s3cret"),
    )
    office = post_office.post_office(settings, off, now_ms=lambda: 0, hold=Hold())
    assert office is not None
    assert (office.server.password, office.server.name) == ("s3cret", "Shop")
    assert "s3cret" not in repr(office)
