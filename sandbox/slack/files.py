"""Files that the bot uploads: a place to put the bytes, then a file, ready a moment later."""

import mimetypes
from collections.abc import Callable
from typing import Any, Final

import msgspec

from sandbox.slack import limits, workspace
from sandbox.slack.refusal import Refused

FILES_MAX: Final = 200


class File(msgspec.Struct):
    """One upload: announced, then filled with bytes, then completed at `ready_at` (seconds)."""

    id: str
    key: str
    name: str
    length: int
    title: str
    content: bytes | None = None
    ready_at: float | None = None


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
        key = self._new_id()
        file = File("F" + key[:10].upper(), key, name, length, title=name)
        self._files[file.id] = file
        if len(self._files) > FILES_MAX:
            del self._files[next(iter(self._files))]
        return file

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
        address = f"{base}/files/{file.id}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "mimetype": kind if ready else "",
            "filetype": file.name.rpartition(".")[2] if ready else "",
            "size": file.length,
            "user": workspace.BOT_USER,
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        }
