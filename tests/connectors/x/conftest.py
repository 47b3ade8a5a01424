"""A world of X on loopback and a source that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.x import X
from connectors.x.settings import XSettings
from gleanery.http import GuardedHttp
from gleanery.testing import Clock
from tests.connectors.reader import Reader
from tests.fakes.x import XWorld

ReaderOf = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[XWorld]:
    with XWorld(clock) as made:
        yield made


@pytest.fixture
def reader_of(clock: Clock, tmp_path: Path) -> ReaderOf:
    """A reader of some partitions of a world, by the settings given: reader_of(world, users=["1001"])."""
    count = iter(range(100))

    def made(world: XWorld, **settings: Any) -> Reader:
        given = {"base_url": world.url, "bearer_token": SecretStr(world.token), **settings}
        checked = XSettings.model_validate(given)
        http = GuardedHttp(entered=[world.host])
        return Reader(lambda ctx: X(checked, ctx), world, clock, tmp_path / str(next(count)), http)

    return made
