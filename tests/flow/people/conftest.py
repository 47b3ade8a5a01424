"""A house of each kind of database, and the few deeds that the tests of people share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.flow.house import House
from gleanery.testing import Clock
from tests.house import make_house


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sqlite_house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A founded house that nobody has entered yet."""
    made = make_house(tmp_path, clock)
    yield made
    made.store.close()


@pytest.fixture
def postgres_house(
    prepared_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The same on PostgreSQL, where two may write at once."""
    monkeypatch.setenv("DATABASE", prepared_url)
    made = make_house(tmp_path, clock, database={"env": "DATABASE"})
    yield made
    made.store.close()


@pytest.fixture(params=["sqlite_house", "postgres_house"], ids=["sqlite", "postgresql"])
def each_house(request: pytest.FixtureRequest) -> House:
    """A house of each kind."""
    made: House = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def house(each_house: House) -> House:
    return each_house
