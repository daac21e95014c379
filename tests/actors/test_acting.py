from pathlib import Path

import pytest
from trio.testing import MockClock

from actors.mail_trust import (
    ConfirmConnection,
    DropAside,
    PauseAll,
    RetryAside,
    VerifyConnection,
)
from tests.actors.house import open_house

NOBODY = "<!channel>"


@pytest.mark.parametrize(
    "request_",
    [
        PauseAll(by=NOBODY),
        RetryAside(by=NOBODY, ids=("x",)),
        DropAside(by=NOBODY, ids=("x",)),
        VerifyConnection(by=NOBODY),
        ConfirmConnection(by=NOBODY, code="X"),
    ],
)
async def test_who_is_nobody_changes_nothing(
    tmp_path: Path,
    autojump_clock: MockClock,
    request_: PauseAll | RetryAside | DropAside | VerifyConnection | ConfirmConnection,
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        before = await house.snapshot()
        assert "no user id" in (await house.refused(request_)).what
        assert await house.snapshot() == before
        assert house.wire.requests == []
