"""What every test may use: shared data where present, a PostgreSQL of our own, a small real web server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import Postgres, WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from gleanery.store import Store
    from tests.web.houses import Site

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def shared_data(relative: str) -> Path:
    """The path of a file or folder of the shared test data; skips the test by name where it is absent."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"shared data absent: {relative}")
    return path


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that a test runs in this process sets up logging; the next test finds it as it was."""
    yield
    if (structlog := sys.modules.get("structlog")) is not None:
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run's own, on loopback, in a temporary folder."""
    server = Postgres.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def prepared(postgres: Postgres) -> str:
    """The name of a database that has every table and no row, to be copied."""
    from tests.prepared import prepare  # the record library's tests run without the house

    name = postgres.create_database()
    prepare(postgres.url(name))
    return name


@pytest.fixture
def prepared_url(postgres: Postgres, prepared: str) -> Iterator[str]:
    """The address of a database that has every table and no row."""
    name = postgres.create_database(prepared)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An application served over an empty house, for other houses to move in (tests.web.houses.moved_in)."""
    from tests.house import make_house
    from tests.web.houses import served

    house = make_house(tmp_path_factory.mktemp("stage"), lrs={"enabled": False})
    with served(house) as site:
        yield site
    house.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An upgraded, empty database of each kind."""
    from gleanery.store import Store
    from tests.prepared import put_database

    if request.param == "sqlite":
        put_database(tmp_path / "house.db")
        made = Store(f"sqlite:///{tmp_path / 'house.db'}")
    else:
        made = Store(request.getfixturevalue("prepared_url"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for the whole run; every test opens a context of its own."""
    from tests.chromium import launched  # the record library's tests run without a browser installed

    with launched() as browser:
        yield browser


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A real HTTP server on loopback: `web_server.reply(path, ...)`, `web_server.requests`."""
    with WebServer() as server:
        yield server
