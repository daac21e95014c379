"""A Segment that takes everything, for rehearsals: nothing leaves the process."""

import httpx
import trio

ANSWER_SECONDS = 0.2
"""About what the real one takes."""
_YES = b'{"success":true}'


class Accepting(httpx.AsyncBaseTransport):
    """Answers each request after a while, in whatever time Trio keeps."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Read the request to its end, and say yes."""
        await request.aread()
        await trio.sleep(ANSWER_SECONDS)
        return httpx.Response(200, content=_YES)
