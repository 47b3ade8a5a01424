"""One server for each kind of database; every test has its own keys, and may have its own store."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, Running, running_on
from xapi.lrs.http.lrs import Settings


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running server on an empty database, once of each kind."""
    folder = tmp_path_factory.mktemp("lrs")
    postgres = partial(request.getfixturevalue, "postgres")
    with running_on(request.param, folder, postgres, Settings()) as made:
        yield made


@pytest.fixture(scope="session")
def shared(server: Running) -> Client:
    """A key that may do everything, whose secret the server has verified before."""
    client = server.key("shared-lead")
    client.get()
    return client


@pytest.fixture
def client(server: Running, shared: Client) -> Client:
    """That key, in a store that no other test uses."""
    server.move("shared-lead", f"store-{uuid4().hex}")
    return shared
