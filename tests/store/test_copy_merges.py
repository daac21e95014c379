from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from domain.audience import Count, Did, Node, Property
from store.copy_merges import owners
from store.projection import Projection
from tests.store.copies import Row, event, person, rows, selected

TWICE: Node = Did("Bought", count=Count("=", 2))


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def merge(seq: int, old: str, user: str) -> Row:
    return Row(seq, "merge", user, "", 0, b'{"from":"%s"}' % old.encode())


def test_events_of_the_old_id_count_for_the_person(copy: Projection) -> None:
    events = [event(1, "anon:d1", "Bought"), event(2, "ana", "Bought")]
    copy.catch_up(rows(events), [person("anon:d1", plan="free"), person("ana")])
    assert selected(copy, TWICE) == set()
    copy.catch_up([merge(3, "anon:d1", "ana")], [person("ana", plan="free")])
    assert selected(copy, TWICE) == {"ana"}
    assert selected(copy, Property("plan", "equals", "free")) == {"ana"}


def test_a_copy_that_is_made_anew_says_the_same(copy: Projection) -> None:
    events = [event(1, "ana", "Bought"), event(2, "ana", "Bought")]
    copy.catch_up([*rows(events), merge(3, "anon:d1", "ana")], [person("ana")])
    assert selected(copy, TWICE) == {"ana"}


def test_a_chain_of_merges_in_one_page_leads_to_its_end(copy: Projection) -> None:
    chain = [merge(1, "a", "b"), merge(2, "x", "b"), merge(3, "b", "c")]
    assert owners(chain) == {"a": "c", "x": "c", "b": "c"}


def test_a_page_of_merges_is_followed_in_one_pass() -> None:
    """Who is moved to Clarion brings a device for each user: pages of nothing else."""
    looks = 0

    class Counted(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal looks
            looks += 1
            return str.__eq__(self, other)

    page = [
        structs.replace(merge(n, f"anon:{n}", f"u{n}"), user=Counted(f"u{n}")) for n in range(500)
    ]
    assert owners(page) == {f"anon:{n}": f"u{n}" for n in range(500)}
    assert looks <= 2 * len(page)


def test_a_merge_that_cannot_be_kept_leaves_the_copy_as_it_was(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.catch_up(rows([event(1, "a", "Bought")]), [person("a"), person("ana")])

    def broken(*_args: object, **_rest: object) -> None:
        raise ValueError("torn")

    with monkeypatch.context() as patched:
        patched.setattr(Projection, "_append", broken)
        with pytest.raises(ValueError, match="torn"):
            copy.catch_up([merge(2, "a", "ana")], [person("ana")])
    assert (copy.watermark(), selected(copy, Did("Bought"))) == (1, {"a"})
