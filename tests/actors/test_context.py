from pathlib import Path

from trio.testing import MockClock

from store.acts import audit_key
from tests.actors.house import KEY, open_house


async def test_the_key_of_the_audit_is_not_the_installs_own(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert house.context.audit_key == audit_key(KEY) != KEY
