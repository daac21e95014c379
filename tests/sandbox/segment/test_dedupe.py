import pytest

from sandbox.segment import dedupe
from sandbox.segment.dedupe import REMEMBERED_SECONDS, Dedupe


def test_an_id_is_new_once_in_24_hours() -> None:
    seen = Dedupe()
    times = (0.0, 1.0, REMEMBERED_SECONDS - 0.001, float(REMEMBERED_SECONDS))
    assert [seen.is_new("m", now) for now in times] == [True, False, False, True]


def test_a_repeat_does_not_renew_the_24_hours() -> None:
    seen = Dedupe()
    seen.is_new("m", 0.0)
    seen.is_new("m", REMEMBERED_SECONDS - 1.0)
    assert seen.is_new("m", REMEMBERED_SECONDS + 1.0)


def test_the_memory_is_bounded_and_loses_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dedupe, "REMEMBERED_IDS_MAX", 2)
    seen = Dedupe()
    for name in ("a", "b", "c"):
        seen.is_new(name, 0.0)
    assert [seen.is_new(name, 0.0) for name in ("c", "a")] == [False, True]
