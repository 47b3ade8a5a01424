"""A house that delivers to a shelf, with three items that wait for a curator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.flow import deciding, desk, run
from gleanery.flow.house import House
from gleanery.model.items import DecisionVerdict
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.shelf import Shelf, shelves

__all__ = ["shelves"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def house(shelves: None, tmp_path: Path, shelf: Shelf, clock: Clock) -> Iterator[House]:
    made = open_house(tmp_path, shelf, clock)
    yield made
    made.store.close()


def open_house(
    folder: Path, shelf: Shelf, clock: Clock, number: int = 3, adapter: str = "shelf", **delivery: Any
) -> House:
    made = make_house(
        folder,
        clock,
        sources=[file_source(records(folder, map(article, range(number))))],
        destinations=[shelf.destination(adapter=adapter)],
        delivery={"undo_seconds": 0, "attempts": 3, **delivery},
    )
    run(made)
    return made


def approve(house: House, number: int = 1) -> list[str]:
    """Approve the first that wait; their ids."""
    items = [str(row.id) for row in desk.queue(house).rows[:number]]
    for item in items:
        deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    return items


def retract(house: House, item: str) -> None:
    deciding.decide(house, item, DecisionVerdict.RETRACT, "curator")
