"""A house with six approved items and a Moodle to bring them to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from gleanery.config import load
from gleanery.flow import deciding, desk, run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records, write_config
from tests.moodle_server import MoodleServer


@pytest.fixture
def moodle() -> Iterator[MoodleServer]:
    with MoodleServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="package")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with six approved items that go nowhere yet."""
    folder = tmp_path_factory.mktemp("approved") / "house"
    made = make_house(folder, Clock(), sources=[_source(folder)], **_SETTINGS)
    run(made)
    for row in desk.queue(made).rows:
        deciding.decide(made, str(row.id), DecisionVerdict.APPROVE, "curator")
    made.close()
    return folder


_SETTINGS: dict[str, Any] = {
    "goals": [{"name": "safe", "title": "No accidents", "words": ["ladders"]}],
    "delivery": {"undo_seconds": 0, "attempts": 3},
}


def _source(folder: Path) -> dict[str, Any]:
    return file_source(records(folder, map(article, range(6))))


@pytest.fixture
def house(
    approved: Path, tmp_path: Path, moodle: MoodleServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """That house with two destinations: `moodle`, and `file`, which is one file of everything."""
    monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
    folder = tmp_path / "house"
    shutil.copytree(approved, folder)
    settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
    destinations = [
        {"name": "moodle", "adapter": "moodle", "settings": settings},
        {"name": "file", "adapter": "cartridge"},
    ]
    config = write_config(folder, sources=[_source(folder)], destinations=destinations, **_SETTINGS)
    made = open_house(load(config), clock)
    yield made
    made.close()


@pytest.fixture
def items(house: House) -> list[UUID]:
    """The ids of the items, all approved, in the order they came."""
    return [row.id for row in desk.queue(house, (ItemState.APPROVED,)).rows]


@pytest.fixture
def queries(house: House) -> Iterator[list[str]]:
    """The statements sent to the database."""
    told: list[str] = []

    def note(*arguments: Any) -> None:
        told.append(arguments[2])

    event.listen(house.store.engine, "before_cursor_execute", note)
    yield told
    event.remove(house.store.engine, "before_cursor_execute", note)
