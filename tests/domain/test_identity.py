import pytest

from domain.identity import names_nobody


@pytest.mark.parametrize(
    "user",
    ["null", "UNDEFINED", "anon:null", "0", "00000000-0000-0000", "-1", " ", "[object Object]"],
)
def test_a_stand_in_for_an_id_names_nobody(user: str) -> None:
    assert names_nobody(user)


@pytest.mark.parametrize("user", ["ana", "anon:7f0", "1", "10", "nullable", "nona", "-12"])
def test_an_id_names_somebody(user: str) -> None:
    assert not names_nobody(user)
