"""The way of a letter out of the house: who the person is, then the mail server."""

import ssl
from collections.abc import Callable
from functools import partial
from typing import Protocol

from msgspec import Struct

from actors import smtp
from actors.postman import Never, NotYet, Outcome
from bot.addresses import Addresses, NoAddress
from bot.app import make_client
from bot.settings import BotSettings
from clarion.settings import Settings
from store.hold import Hold
from store.letters import Letter


class Known(Protocol):
    """Who knows people's addresses."""

    async def of(self, who: str) -> str | NoAddress:
        """Return somebody's address, or why there is none."""
        ...


class PostOffice(Struct, frozen=True):
    """Carries letters: `salt` makes their ids this installation's own."""

    server: smtp.Server
    addresses: Known
    now_ms: Callable[[], int]
    hold: Hold
    account: str = "Clarion"
    tls: ssl.SSLContext | None = None

    async def deliver(self, letter: Letter) -> Outcome:
        """Try once."""
        address = await self.addresses.of(letter.who)
        if isinstance(address, NoAddress):
            return NotYet(address.why) if address.for_now else Never(address.why)
        send = partial(
            smtp.send,
            self.server,
            address,
            f"[{self.account}] {letter.subject}",
            letter.body,
            message_id=f"clarion-{letter.id}-{letter.created_ms}",
            now_ms=self.now_ms(),
            tls=self.tls,
        )
        return await self.hold.in_thread(send)


def server(settings: Settings) -> smtp.Server | None:
    """Return the mail server of the configuration; None: no letters are sent."""
    email = settings.email
    if not email.host:
        return None
    return smtp.Server(
        host=email.host,
        port=email.port,
        security=email.security,
        sender=email.sender,
        user=email.user,
        password=settings.secrets.smtp_password,
        name=settings.account.name,
        timeout_seconds=email.timeout_seconds,
    )


def post_office(
    settings: Settings, bot: BotSettings, *, now_ms: Callable[[], int], hold: Hold
) -> PostOffice | None:
    """Return who carries letters, by the configuration; None: nobody does."""
    found = server(settings)
    if found is None:
        return None
    client = None if bot.mode == "off" else make_client(bot)
    addresses = Addresses(settings.email.addresses, client)
    return PostOffice(found, addresses, now_ms, hold, settings.account.name)
