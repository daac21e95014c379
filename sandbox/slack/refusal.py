"""A refused request, as Slack words it, and the list of everything the bot did wrong."""

from collections import deque
from typing import Any, Final

import msgspec

COMPLAINTS_MAX: Final = 10_000
# what decoding raises for text that is no JSON, bytes that are no text, and nesting without end
BAD_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Refused(Exception):  # noqa: N818 - a refusal is Slack's ordinary answer, not a fault of ours
    """An API call that Slack turns down: its error code and, where it has them, the details."""

    def __init__(self, error: str, *messages: str, retry_after: int | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        answer: dict[str, Any] = {"ok": False, "error": self.error}
        if self.messages:
            answer["errors"] = list(self.messages)
            answer["response_metadata"] = {
                "messages": [f"[ERROR] {message}" for message in self.messages],
            }
        return answer


class NotPossible(Exception):  # noqa: N818 - what a person tried and the page cannot do
    """Something that nobody could do in Slack's own client, such as clicking a missing button."""


class Complaint(msgspec.Struct, frozen=True):
    """One thing the bot did wrong: `what` (a method, or the kind of delivery) and the error."""

    at: float
    what: str
    error: str
    messages: tuple[str, ...] = ()


class Complaints:
    """The newest complaints; `listed` is what a test asserts to be empty."""

    def __init__(self) -> None:
        self._kept: deque[Complaint] = deque(maxlen=COMPLAINTS_MAX)

    def add(self, at: float, what: str, error: str, *messages: str) -> None:
        """Remember one."""
        self._kept.append(Complaint(at, what, error, messages))

    def listed(self) -> list[Complaint]:
        """All that are kept, oldest first."""
        return list(self._kept)
