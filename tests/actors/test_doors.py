import base64

import pytest

from actors import doors
from actors.sources import Kind, Source
from store.log import Appended

V1: frozenset[Kind] = frozenset({"server", "browser"})


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        (None, 401, "not one of the ingest keys"),
        (Source("web", "browser", revoked=True), 401, "revoked"),
        (Source("hook", "webhook"), 403, "/hooks/segment"),
        (Source("ct", "clevertap"), 403, "/1/upload"),
    ],
)
def test_who_may_not_come_in_is_told_why_and_where_to_go(
    source: Source | None, status: int, words: str
) -> None:
    refused = doors.objection(source, V1, where="writeKey")
    assert refused is not None
    assert (refused.status, words in f"{refused.what} {refused.fix}") == (status, True)


@pytest.mark.parametrize("kind", ["webhook", "clevertap"])
def test_a_stranger_is_told_only_of_keys_that_open_this_door(kind: Kind) -> None:
    refused = doors.objection(None, frozenset({kind}), where="")
    assert refused is not None
    assert "CLARION_INGEST_KEYS" not in refused.fix
    assert kind in refused.fix


def test_who_is_of_the_right_kind_is_welcome() -> None:
    assert doors.objection(Source("web", "browser"), V1, where="") is None


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Basic " + base64.b64encode(b"key:").decode(), "key"),
        ("bearer key ", "key"),
        ("", None),
        ("Digest x", None),
        ("Basic ***", ""),
    ],
)
def test_a_key_is_read_from_basic_auth_or_a_bearer_token(header: str, key: str | None) -> None:
    assert doors.basic_user(header) == key


def test_a_full_profile_is_told_with_the_limit() -> None:
    (problem,) = doors.full_profiles(Appended(1, 1, 0, trimmed=3))
    assert ("256" in problem.what, "3" in problem.what) == (True, True)
    assert doors.full_profiles(Appended(1, 1, 0)) == []
