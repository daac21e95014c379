import pytest

from store import fault_points


def test_nobody_listens_unless_a_harness_does() -> None:
    assert fault_points.listener is None
    fault_points.reach("claim.committed")


def test_a_harness_hears_every_place_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(fault_points, "listener", heard.append)
    fault_points.reach("claim.committed")
    assert heard == ["claim.committed"]
