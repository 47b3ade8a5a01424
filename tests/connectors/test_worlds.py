"""Reading to rest gives exactly the world's truth, whatever happened on the way: every connector that has a world."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.worlds import drive
from tests.fakes.worlds import WORLDS

every_world = pytest.mark.parametrize("name", WORLDS)


@every_world
def test_whatever_happens_on_the_way_the_truth_is_read(tmp_path: Path, name: str) -> None:
    done = drive(WORLDS[name], tmp_path, seed=1, rounds=1, steps=30)
    assert min(done[kind] for kind in ("_happen", "_read", "_meet_a_fault", "_die", "held")) > 0


@pytest.mark.proof
@every_world
@pytest.mark.parametrize("seed", range(10, 15))
def test_many_lives_are_read_without_loss(tmp_path: Path, name: str, seed: int) -> None:
    drive(WORLDS[name], tmp_path, seed, rounds=4, steps=60)
