import pytest
import slackblocks

from sandbox.slack import limits


def test_the_header_limit_is_the_one_that_an_independent_library_knows() -> None:
    slackblocks.HeaderBlock("x" * limits.HEADER_CHARACTERS_MAX)
    with pytest.raises(slackblocks.errors.InvalidUsageError):
        slackblocks.HeaderBlock("x" * (limits.HEADER_CHARACTERS_MAX + 1))


def test_every_limit_carries_its_unit() -> None:
    units = ("_MAX", "_SECONDS", "_SECOND")
    names = [name for name in vars(limits) if name.isupper()]
    assert all(name.endswith(units) for name in names)
