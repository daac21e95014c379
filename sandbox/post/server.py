"""SMTP as RFC 5321 says it, no more: what a lenient server forgives, this one refuses."""

import base64
import ssl
from binascii import Error as NoBase64
from collections import deque
from dataclasses import dataclass, field

import trio

from sandbox.post.lines import BadLine, Lines

SIZE_MAX = 1_000_000
RECIPIENTS_MAX = 100


@dataclass(frozen=True)
class Received:
    """One message that was taken: the envelope, and the text without its dots."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    encrypted: bool
    user: str


@dataclass
class _Session:
    lines: Lines
    encrypted: bool
    greeted: bool = False
    user: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.sender, self.recipients = None, []


class LocalPost:
    """A mail server. `received` is what it took; `faults` are what it does to the next messages.

    A fault is a status to answer DATA with, or `reset`: take the text and hang up without a word.
    `implicit`: TLS begins with the connection, not with STARTTLS.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        user: str = "",
        password: str = "",
    ) -> None:
        self.received: list[Received] = []
        self.refused: list[str] = []
        self.faults: deque[int | str] = deque()
        self.connections = 0
        self._tls = tls
        self._implicit = implicit
        self._user = user
        self._password = password

    async def serve(
        self, port: int = 0, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run until cancelled; started with the port."""
        async with trio.open_nursery() as nursery:
            (listener,) = await trio.open_tcp_listeners(port, host="127.0.0.1")
            task_status.started(listener.socket.getsockname()[1])
            await trio.serve_listeners(self._talk, [listener], handler_nursery=nursery)

    async def _talk(self, stream: trio.SocketStream) -> None:
        self.connections += 1
        session = _Session(Lines(stream), encrypted=False)
        try:
            if self._implicit:
                await self._encrypt(session)
            await session.lines.say("220 local.test ready")
            while await self._turn(session):
                pass
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self.refused.append("it left without a word")
        except BadLine as bad:
            self.refused.append(str(bad))
        finally:
            await trio.aclose_forcefully(session.lines.stream)

    async def _turn(self, session: _Session) -> bool:
        """Answer one command; False ends the talk."""
        line = await session.lines.next()
        if line is None:
            return False
        verb, _, rest = line.decode("ascii", "replace").partition(" ")
        match verb.upper():
            case "QUIT":
                await session.lines.say("221 bye")
                return False
            case "DATA":
                return await self._data(session)
            case "STARTTLS":
                return await self._starttls(session)
            case "AUTH":
                await self._auth(session, rest)
            case "EHLO" | "HELO":
                session.reset()
                session.greeted = bool(rest.strip())
                await self._greet(session, verb.upper())
            case "MAIL":
                await self._answer(session, self._mail(session, rest))
            case "RCPT":
                await self._answer(session, self._rcpt(session, rest))
            case "RSET" | "NOOP":
                if verb.upper() == "RSET":
                    session.reset()
                await session.lines.say("250 ok")
            case _:
                await self._answer(session, "500 what?")
        return True

    async def _answer(self, session: _Session, answer: str) -> None:
        if not answer.startswith("250"):
            self.refused.append(answer)
        await session.lines.say(answer)

    async def _greet(self, session: _Session, verb: str) -> None:
        if not session.greeted:
            await self._answer(session, "501 who are you?")
            return
        offers = ["local.test"]
        if verb == "EHLO":
            offers += [f"SIZE {SIZE_MAX}", "8BITMIME"]
            offers += ["STARTTLS"] if self._tls and not session.encrypted else []
            offers += ["AUTH PLAIN"] if self._user and session.encrypted else []
        for offer in offers[:-1]:
            await session.lines.say(f"250-{offer}")
        await session.lines.say(f"250 {offers[-1]}")

    async def _starttls(self, session: _Session) -> bool:
        if self._tls is None or session.encrypted or not session.greeted:
            await self._answer(session, "503 not now")
            return True
        if session.lines.has_more:
            await self._answer(session, "501 nothing may follow STARTTLS")
            return False
        await session.lines.say("220 go ahead")
        await self._encrypt(session)
        session.greeted = False  # what was said before does not count
        session.reset()
        return True

    async def _encrypt(self, session: _Session) -> None:
        assert self._tls is not None, "whoever encrypts has a certificate"
        stream = trio.SSLStream(
            session.lines.stream, self._tls, server_side=True, https_compatible=True
        )
        await stream.do_handshake()
        session.lines, session.encrypted = Lines(stream), True

    async def _auth(self, session: _Session, rest: str) -> None:
        if not (self._user and session.encrypted and session.greeted):
            await self._answer(session, "503 not now")
            return
        method, _, given = rest.partition(" ")
        try:
            parts = base64.b64decode(given, validate=True).split(b"\0")
        except NoBase64:
            parts = []
        right = [b"", self._user.encode(), self._password.encode()]
        if method.upper() != "PLAIN" or parts != right:
            await self._answer(session, "535 no")
            return
        session.user = self._user
        await session.lines.say("235 welcome")

    def _mail(self, session: _Session, rest: str) -> str:
        if not session.greeted or session.sender is not None:
            return "503 not now"
        if self._user and not session.user:
            return "530 log in first"
        address = _address(rest, "FROM:")
        if address is None:
            return "501 no address"
        session.sender = address
        return "250 ok"

    def _rcpt(self, session: _Session, rest: str) -> str:
        if session.sender is None:
            return "503 not now"
        address = _address(rest, "TO:")
        if not address or "@" not in address:
            return "501 no address"
        if address.startswith("nobody@"):
            return "550 no such person"
        if len(session.recipients) >= RECIPIENTS_MAX:
            return "452 too many"
        session.recipients.append(address)
        return "250 ok"

    async def _data(self, session: _Session) -> bool:
        if not session.recipients:
            await self._answer(session, "503 not now")
            return True
        await session.lines.say("354 end with a dot")
        text = await session.lines.text(SIZE_MAX)
        fault = self.faults.popleft() if self.faults else None
        if fault == "reset":
            return False
        if fault is not None:
            await self._answer(session, f"{fault} told to")
        elif text is None:
            await self._answer(session, "552 too large")
        else:
            self.received.append(
                Received(
                    session.sender or "",
                    tuple(session.recipients),
                    text,
                    session.encrypted,
                    session.user,
                )
            )
            await session.lines.say("250 taken")
        session.reset()
        return True


def _address(rest: str, word: str) -> str | None:
    """Read `FROM:<a@b>` and what may stand behind it."""
    if not rest.upper().startswith(f"{word}<") or ">" not in rest:
        return None
    return rest[len(word) + 1 : rest.index(">")]
