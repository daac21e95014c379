"""The local Segment on a port: the workspace behind HTTP, and HTTP behind the TCP front."""

import trio
from hypercorn.config import Config

from sandbox import serving
from sandbox.segment.front import Front
from sandbox.segment.web import app_of
from sandbox.segment.workspace import Workspace

KEEP_ALIVE_SECONDS = 75.0
KEEP_ALIVE_REQUESTS_MAX = 1_000_000


class LocalSegment(Workspace):
    """One Segment workspace with one source, on one's own machine.

    `accepted`, `duplicates`, `dropped`, `requests` and `counters` tell what arrived;
    `faults.next("hang", count=2)` makes something go wrong.
    """

    async def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Run until cancelled; started with the base url.

        It may be served again afterwards, on the same port too, and remembers everything; between
        the two the kernel itself refuses connections.
        """
        config = Config()
        config.bind = ["127.0.0.1:0"]
        config.loglevel = "WARNING"
        config.keep_alive_timeout = KEEP_ALIVE_SECONDS
        config.keep_alive_max_requests = KEEP_ALIVE_REQUESTS_MAX
        front = Front()
        async with trio.open_nursery() as nursery:
            binds = await nursery.start(serving.serve, app_of(self, front), config)
            front.upstream_port = int(binds[0].rpartition(":")[2])
            task_status.started(await nursery.start(front.serve, host, port))
