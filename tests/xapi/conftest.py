"""Every test of the record store runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers import Postgres
from tests.xapi.records import Database, PostgresDatabase, SqliteFile, prepare


@pytest.fixture(scope="session")
def record_url(postgres: Postgres) -> Iterator[str]:
    """The address of one database for all tests here: making one takes longer than most of them."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database with the record store's tables, once of each kind."""
    if request.param == "sqlite":
        return prepare(SqliteFile(tmp_path / "record.db"))
    url = request.getfixturevalue("record_url")
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return prepare(PostgresDatabase(url))
