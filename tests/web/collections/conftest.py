"""Served houses with approved items and places to bring them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from gleanery.flow import deciding, desk
from gleanery.model.items import DecisionVerdict, ItemState
from tests.web.houses import Site, copied, house_with, moved_in, post, served


@pytest.fixture(scope="package")
def shelf(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house with five approved items, one that waits, and a file to bring them to."""
    folder = tmp_path_factory.mktemp("houses") / "shelf"
    made = house_with(
        folder,
        [post(number) for number in range(6)],
        curation={"steps": [{"step": "language"}]},
        destinations=[{"name": "file", "adapter": "cartridge"}],
    )
    for row in desk.queue(made).rows[:5]:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    made.close()
    return folder


@pytest.fixture(scope="package")
def desk_site(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of a copy of that house, for tests that change no item."""
    house = copied(shelf, tmp_path_factory.mktemp("shared") / "shelf")
    with served(house) as made:
        yield made
    house.close()


@pytest.fixture
def own_shelf(stage: Site, shelf: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house, for one test alone."""
    with moved_in(stage, copied(shelf, tmp_path / "shelf")) as made:
        yield made


@pytest.fixture(scope="package")
def items(desk_site: Site) -> list[UUID]:
    """The approved items and, last, the one that waits: the same in every copy."""
    house = desk_site.house
    approved = desk.queue(house, (ItemState.APPROVED,)).rows
    return [row.id for row in (*approved, *desk.queue(house).rows)]
