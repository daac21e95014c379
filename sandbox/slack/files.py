"""Files: those that the bot uploads in steps, and those that people put into a file input."""

import mimetypes
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import msgspec

from sandbox.slack import limits, workspace
from sandbox.slack.refusal import NotPossible, Refused

FILES_MAX: Final = 200


class File(msgspec.Struct):
    """One upload: announced, then filled with bytes, then completed at `ready_at` (seconds).

    `user` is whose it is.
    """

    id: str
    key: str
    name: str
    length: int
    title: str
    content: bytes | None = None
    ready_at: float | None = None
    user: str = workspace.BOT_USER


class Files:
    """The newest `FILES_MAX` files."""

    def __init__(self, now: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._files: dict[str, File] = {}

    def announce(self, name: str, length: int) -> File:
        """A place for the bytes of one file."""
        if not 0 < length <= limits.FILE_BYTES_MAX:
            raise Refused("invalid_arguments", "length is out of range [json-pointer:/length]")
        return self._kept(name, length, workspace.BOT_USER)

    def upload(self, user: str, name: str, content: bytes) -> File:
        """A file that a person put into a file input: it is there at once."""
        if not name or not 0 < len(content) <= limits.FILE_BYTES_MAX:
            raise NotPossible("a file has a name, and 1 byte to 10 MB")
        file = self._kept(name.replace("/", "_"), len(content), user)
        file.content, file.ready_at = content, self._now()
        return file

    def of(self, user: str) -> list[File]:
        """The files that a person has put into file inputs."""
        return [file for file in self._files.values() if file.user == user]

    def fill(self, key: str, content: bytes) -> bool:
        """Put the bytes in the place with that key; no, if there is none or the length differs."""
        for file in self._files.values():
            if file.key == key and file.length == len(content):
                file.content = content
                return True
        return False

    def complete(self, file_id: str, title: str | None) -> File:
        """Finish an upload; the file is ready `FILE_READY_SECONDS` later."""
        file = self.find(file_id)
        if file.content is None:
            raise Refused("file_not_found")
        file.title = title or file.name
        file.ready_at = self._now() + limits.FILE_READY_SECONDS
        return file

    def find(self, file_id: object) -> File:
        """The file of that id."""
        file = self._files.get(file_id) if isinstance(file_id, str) else None
        if file is None:
            raise Refused("file_not_found")
        return file

    def is_ready(self, reference: str) -> bool:
        """Whether an image may show the file of this id or address."""
        return any(
            file.ready_at is not None
            and file.ready_at <= self._now()
            and (reference == file.id or f"/{file.id}/" in reference)
            for file in self._files.values()
        )

    def json(self, file: File, base: str) -> dict[str, Any]:
        """The file as files.info shows it: no mimetype until it is ready."""
        ready = self.is_ready(file.id)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        address = f"{base}/files/{file.id}/{quote(file.name)}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "mimetype": kind if ready else "",
            "filetype": file.name.rpartition(".")[2] if ready else "",
            "size": file.length,
            "user": file.user,
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        }

    def _kept(self, name: str, length: int, user: str) -> File:
        key = self._new_id()
        file = File("F" + key[:10].upper(), key, name, length, title=name, user=user)
        self._files[file.id] = file
        if len(self._files) > FILES_MAX:
            del self._files[next(iter(self._files))]
        return file
