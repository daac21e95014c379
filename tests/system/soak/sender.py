"""The sender of the load: it knows no patience and no giving up, and keeps what it was told."""

from collections import Counter
from collections.abc import Sequence

import httpx

from sandbox.shop import Sender

AGAIN_SECONDS = 0.1


class Impatient(Sender):
    """Sends again at once while the daemon is away, and keeps each status that it was told."""

    def __init__(self, url: str, write_key: str) -> None:
        super().__init__(url, write_key)
        self.statuses: Counter[int] = Counter()
        self.without_retry_after = 0

    def _wait_seconds(self, answer: httpx.Response | None, retries: int) -> float:
        return AGAIN_SECONDS

    async def _try(self, batch: Sequence[str], retries: int) -> httpx.Response | None:
        answer = await super()._try(batch, retries)
        if answer is not None:
            self.statuses[answer.status_code] += 1
            if answer.status_code in {429, 503} and "retry-after" not in answer.headers:
                self.without_retry_after += 1
        return answer
