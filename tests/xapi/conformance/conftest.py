"""One server for all requirements; every test has a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, Running, running_on
from xapi.lrs.http.lrs import Settings


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.proof)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running server on an empty database."""
    folder = tmp_path_factory.mktemp("conformance")
    postgres = partial(request.getfixturevalue, "postgres")
    with running_on(request.param, folder, postgres, Settings(max_body=256 * 1024)) as made:
        yield made


@pytest.fixture(scope="session")
def key(server: Running) -> Client:
    """A key that may do everything."""
    client = server.key("curator")
    client.get()
    return client


@pytest.fixture
def store(server: Running) -> str:
    """The name of a store that no other test uses."""
    return f"store-{uuid4().hex}"


@pytest.fixture
def client(server: Running, key: Client, store: str) -> Client:
    """The key, in a store of this test's own; a test speaks as one of a family by `speaking`."""
    server.move("curator", store)
    return key
