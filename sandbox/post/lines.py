"""Lines of SMTP: they end with CR LF and nothing else, and have a length."""

import trio

COMMAND_BYTES_MAX = 512
TEXT_LINE_BYTES_MAX = 1_000
CHUNK = 4_096


class BadLine(Exception):  # noqa: N818 - says what happened
    """The other side does not speak SMTP: a bare line feed, or a line that never ends."""


class Lines:
    """Reads and writes lines on a stream."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream
        self._held = b""

    @property
    def has_more(self) -> bool:
        """Whether something came that nobody has read."""
        return bool(self._held)

    async def say(self, line: str) -> None:
        """Send one line."""
        await self.stream.send_all(f"{line}\r\n".encode("ascii"))

    async def next(self, most: int = COMMAND_BYTES_MAX) -> bytes | None:
        """Return the next line without its end; None: the other side has left. Raises BadLine."""
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > most:
                raise BadLine("a line is too long")
            more = await self.stream.receive_some(CHUNK)
            if not more:
                return None
            self._held += more
        line, self._held = self._held[: end + 1], self._held[end + 1 :]
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise BadLine("a line does not end with CR LF")
        if len(line) > most:
            raise BadLine("a line is too long")
        return line[:-2]

    async def text(self, most: int) -> bytes | None:
        """Return the lines up to the lonely dot; None if they are more than `most` bytes."""
        kept: list[bytes] = []
        size = 0
        while (line := await self.next(TEXT_LINE_BYTES_MAX)) != b".":
            if line is None:
                raise BadLine("it left in the middle of a message")
            line = line[1:] if line.startswith(b".") else line
            size += len(line) + 2
            if size <= most:
                kept.append(line + b"\r\n")
        return b"".join(kept) if size <= most else None
