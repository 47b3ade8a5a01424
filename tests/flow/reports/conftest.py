"""A house with items and a framework, on each kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.testing import Clock
from tests.flow.reports.histories import house_with_items
from tests.servers import Postgres


@pytest.fixture(scope="package")
def closed_postgres(
    postgres: Postgres, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A closed house with ten items: the folder of its keys, and the database to be copied."""
    folder, name = tmp_path_factory.mktemp("reports") / "house", postgres.create_database(prepared)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE", postgres.url(name))
        house_with_items(folder, Clock(), database={"env": "DATABASE"}).close()
    return folder, name


@pytest.fixture(scope="package")
def closed_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same in a file."""
    folder = tmp_path_factory.mktemp("reports") / "house"
    house_with_items(folder, Clock()).close()
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def each_house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, Clock]]:
    """The same house on each kind of database, and its clock."""
    clock = Clock()
    if request.param == "sqlite":
        yield from _opened(request.getfixturevalue("closed_sqlite"), tmp_path, clock)
        return
    folder, template = request.getfixturevalue("closed_postgres")
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create_database(template)
    monkeypatch.setenv("DATABASE", postgres.url(name))
    yield from _opened(folder, tmp_path, clock)
    postgres.drop_database(name)


def _opened(folder: Path, place: Path, clock: Clock) -> Iterator[tuple[House, Clock]]:
    shutil.copytree(folder, place / "house")
    house = open_house(load(place / "house" / "config.yaml"), clock)
    yield house, clock
    house.close()
