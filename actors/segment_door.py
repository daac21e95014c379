"""Segment's own protocol at the door: official libraries post here, from servers and browsers."""

from collections.abc import Mapping, Sequence

from actors import doors, protocol
from actors.calls import TYPES
from actors.doors import Asked, Opened, Refusal
from actors.sources import Kind, Source, find
from domain.problem import Problem
from store.log import Appended

SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
"""As the libraries of browsers and phones name them; `b` is a batch."""
BATCHES = frozenset({"batch", "import", "b"})
_KINDS: frozenset[Kind] = frozenset({"server", "browser"})
CORS: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
PREFLIGHT: Mapping[str, str] = {
    **CORS,
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-type, content-encoding, x-retry-count",
    "Access-Control-Max-Age": "86400",
}
"""A page of any origin may send: what keeps others out is the key, never the page's address."""


class SegmentDoor:
    """Reads `/v1/{track,identify,page,screen,group,alias,batch,import}` and the short forms."""

    headers = CORS

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def knows(self, headers: Mapping[str, str]) -> bool:
        """Whether Basic auth has a key; one that the body has shows only later."""
        source = find(self._sources, doors.basic_user(headers.get("authorization", "")) or "")
        return doors.objection(source, _KINDS, where="") is None

    def open(self, asked: Asked, *, now_ms: int) -> Opened | Refusal:
        """Read one call or a batch; the key is in Basic auth, or in the body."""
        kind = None if asked.call in BATCHES else SHORT.get(asked.call, asked.call)
        if kind is not None and kind not in TYPES:
            known = ", ".join(sorted(TYPES))
            what = f"There is no /v1/{asked.call[:40]}."
            return Refusal(404, "path", what, f"Post to batch, import, {known}.")
        posted = protocol.open_body(asked.body, single=kind is not None)
        if isinstance(posted, Problem):
            return Refusal(400, posted.where, posted.what, posted.fix)
        header = doors.basic_user(asked.headers.get("authorization", ""))
        source = find(self._sources, posted.write_key if header is None else header)
        objection = doors.objection(source, _KINDS, where="writeKey")
        if objection is not None:
            return objection
        assert source is not None, "a key of nobody is objected to"
        found = protocol.read(posted, kind=kind, source=source, received_ms=now_ms, nth=asked.nth)
        return Opened(source, len(posted.items), found.records, found.problems, found.left_out)

    def answer(self, opened: Opened, kept: Appended) -> tuple[int, object]:
        """Say 200, or 400 when nothing was good; with everything that is wrong."""
        return told(opened, kept)

    def refuse(self, refusal: Refusal) -> object:
        """Say why nothing was taken, as one problem."""
        return {"success": False, "problems": [refusal.problem]}


def told(opened: Opened, kept: Appended) -> tuple[int, object]:
    """Return the answer in the words that Segment's libraries know, and a person can read."""
    if opened.problems and not opened.records:
        return 400, {"success": False, "problems": opened.problems}
    answer: dict[str, object] = {"success": True}
    if opened.problems:
        answer |= {"accepted": len(opened.records), "rejected": opened.problems}
    left_out = [*opened.left_out, *doors.full_profiles(kept)]
    if left_out:
        answer |= {"left_out": left_out}
    return 200, answer
