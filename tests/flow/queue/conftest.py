"""A house of each kind of database with twelve items, and two curators."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gleanery.config import load
from gleanery.flow import run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.testing import Clock
from tests.house import article, file_source, make_house, records
from tests.servers import Postgres

POSTS = 12


@pytest.fixture
def clock() -> Clock:
    return Clock()


def filled(folder: Path, clock: Clock, posts: int = POSTS, **changes: Any) -> House:
    """A house whose items come from a file."""
    source = file_source(records(folder, map(article, range(posts))))
    settings: dict[str, Any] = {"sources": [source], "curation": {"steps": [{"step": "language"}]}, **changes}
    made = make_house(folder, clock, **settings)
    run(made)
    clock.move(timedelta(minutes=1))
    return made


@pytest.fixture(scope="package")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with twelve items."""
    folder = tmp_path_factory.mktemp("queue") / "house"
    filled(folder, Clock()).close()
    return folder


@pytest.fixture(scope="package")
def closed_postgres(
    postgres: Postgres, prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The same on PostgreSQL: the folder of its keys, and the database to be copied."""
    folder, name = tmp_path_factory.mktemp("queue") / "house", postgres.create_database(prepared)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE", postgres.url(name))
        filled(folder, Clock(), database={"env": "DATABASE"}).close()
    return folder, name


def _copy(folder: Path, place: Path, clock: Clock) -> House:
    shutil.copytree(folder, place, dirs_exist_ok=True)
    clock.move(timedelta(minutes=1))
    return open_house(load(place / "config.yaml"), clock)


@pytest.fixture
def house(closed: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = _copy(closed, tmp_path, clock)
    yield made
    made.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def each_house(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The same house on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    folder, template = request.getfixturevalue("closed_postgres")
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create_database(template)
    monkeypatch.setenv("DATABASE", postgres.url(name))
    made = _copy(folder, tmp_path, clock)
    yield made
    made.store.close()
    postgres.drop_database(name)


def person(house: House, account: str = "curator") -> UUID:
    """The id of somebody of the staff."""
    with house.store.write() as session:
        return house.person(session, account)
