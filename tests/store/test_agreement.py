"""The law of the audience: memory and DuckDB select the same users, whatever is asked of whom.

Each world has a seed, which a failure names. `make agreement TREES=10000` tries so many trees, in
pieces that are tests of their own; the suite tries the first of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from domain.audience import Node, walk
from domain.facts import Event
from domain.matching import compile_node
from domain.saved import expand
from store import audience, catalogue
from store.projection import Projection
from tests.store.copies import DRAW, rows
from tests.store.oddities import LISTS, SAVED
from tests.store.worlds import Draws, World

NODES = 16
TREES = int(os.environ.get("CLARION_TREES", "1600"))
WORLDS_A_PIECE = 20
"""A piece takes seconds, and its failure does not hide those of others."""
NARROW_WORLDS_A_PIECE = 4
PIECES = range(-(-TREES // (NODES * WORLDS_A_PIECE)))


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def _history(world: World, user: str) -> list[Event]:
    return [event for event in world.history if event.user == user]


def check(copy: Projection, world: World, seed: int) -> None:
    for node in world.nodes:
        tree = expand(node, SAVED)
        matcher = compile_node(tree)
        expected = {
            one.user
            for one in world.users
            if matcher(one, _history(world, one.user), world.now_ms, world.zone)
        }
        found = [
            one.user
            for one in audience.select(
                copy, tree, now_ms=world.now_ms, zone=world.zone, draw=DRAW, lists=LISTS
            )
        ]
        assert sorted(found) == sorted(expected), (seed, node)


def seeds(piece: int) -> range:
    return range(piece * WORLDS_A_PIECE, (piece + 1) * WORLDS_A_PIECE)


def test_the_pieces_have_as_many_trees_as_were_asked_for() -> None:
    tried = [seed for piece in PIECES for seed in seeds(piece)]
    assert len(tried) * NODES >= TREES
    assert tried == list(range(len(tried)))


@pytest.mark.parametrize("piece", PIECES)
def test_memory_and_duckdb_select_the_same_users(copy: Projection, piece: int) -> None:
    for seed in seeds(piece):
        world = Draws(seed).world(NODES)
        copy.rebuild()
        copy.catch_up(rows(world.history), world.users)
        check(copy, world, seed)


@pytest.mark.parametrize("piece", PIECES)
def test_they_do_so_too_when_the_columns_run_out(
    copy: Projection, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 1)
    monkeypatch.setattr(catalogue, "KEYS_PER_SCOPE_MAX", 2)
    for seed in seeds(piece)[:NARROW_WORLDS_A_PIECE]:
        world = Draws(seed).world(NODES)
        half = len(world.history) // 2
        copy.rebuild()
        copy.catch_up(rows(world.history[:half]), world.users[:1])
        copy.catch_up(rows(world.history), world.users)
        check(copy, world, seed)


def test_conditions_of_every_kind_hold_for_some_and_not_for_others() -> None:
    """Or the law would say little: two that always answer no agree."""
    told: dict[str, set[bool]] = {}
    for seed in range(60):
        world = Draws(seed).world(NODES)
        for node in world.nodes:
            for leaf in walk(expand(node, SAVED)):
                matcher = compile_node(leaf)
                told.setdefault(type(leaf).__name__, set()).update(
                    matcher(one, _history(world, one.user), world.now_ms, world.zone)
                    for one in world.users
                )
    wanting = {name for name, answers in told.items() if len(answers) < 2}
    assert wanting == set()
    assert {each.__name__ for each in get_args(Node)} - {"Saved"} == told.keys()
