"""CleverTap's `POST /1/upload` at the door, with its headers, its answers and its codes."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from actors import doors, mending, unreadable, upload
from actors.doors import Asked, Opened, Refusal
from actors.protocol import objection
from actors.sources import Kind, Source, find
from actors.upload import RECORDS_MAX, Uploaded
from domain.problem import Problem
from store.log import Appended

ACCOUNT, PASSCODE = "x-clevertap-account-id", "x-clevertap-passcode"
AT_ONCE_MAX = 15
"""Requests of this protocol; CleverTap refuses more, and its senders know what 429 means."""


_KINDS: frozenset[Kind] = frozenset({"clevertap"})


class _Body(Struct):
    d: list[msgspec.Raw]


class UploadDoor:
    """Reads `/1/upload`: profiles and events, up to 1,000 in a request."""

    headers: Mapping[str, str] = {}

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether there is a passcode of ours."""
        source = find(self._sources, headers.get(PASSCODE, ""))
        return doors.objection(source, _KINDS, where="") is None

    def open(self, asked: Asked, *, now_ms: int) -> Opened | Refusal:
        """Ask for account and passcode, then read the records. The account is the source's name."""
        if asked.call != "upload":
            return Refusal(404, "path", f"There is no /1/{asked.call[:40]}.", "Post to /1/upload.")
        source = find(self._sources, asked.headers.get(PASSCODE, ""))
        refused = doors.objection(source, _KINDS, where="X-CleverTap-Passcode")
        if refused is not None:
            return refused
        assert source is not None, "a passcode of nobody is objected to"
        account = asked.headers.get(ACCOUNT, "").encode(errors="replace")
        if not hmac.compare_digest(account, source.name.encode()):
            what = "The account is not the one of this passcode."
            fix = "Send the name of the source as X-CleverTap-Account-Id."
            return Refusal(401, "X-CleverTap-Account-Id", what, fix)
        try:
            items = _items(asked.body)
        except unreadable.ERRORS as error:
            return Refusal(400, "body", f"This is not readable: {error}.", 'Send {"d": [...]}.')
        if (too_many := objection(len(items), "d", RECORDS_MAX)) is not None:
            return Refusal(400, too_many.where, too_many.what, too_many.fix)
        found = upload.read(items, source=source, received_ms=now_ms, nth=asked.nth)
        problems = [Problem("d", f"{each.code}: {each.error}", "") for each in found.unprocessed]
        left_out = [doors.placed(where, over) for where, over in found.left_out]
        return Opened(source, len(items), found.records, problems, left_out, told=found)

    def answer(self, opened: Opened, kept: Appended) -> tuple[int, object]:
        """Say how many were processed, and each one that was not with its code."""
        found: Uploaded = opened.told
        status = "success"
        if found.unprocessed:
            status = "partial" if found.records else "fail"
        answer: dict[str, Any] = {
            "status": status,
            "processed": len(found.records),
            "unprocessed": found.unprocessed,
        }
        if left_out := [*opened.left_out, *doors.full_profiles(kept)]:
            answer["left_out"] = left_out
        return 200, answer

    def refuse(self, refusal: Refusal) -> object:
        """Say why nothing was taken, as CleverTap does."""
        error = f"{refusal.what} {refusal.fix}"
        return {"status": "fail", "code": refusal.status, "error": error}


def _items(body: bytes) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(body, type=_Body).d
    except unreadable.ERRORS:
        if (whole := mending.mended(body)) is None:
            raise
        return msgspec.json.decode(whole, type=_Body).d
