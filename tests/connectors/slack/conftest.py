"""A world of Slack on loopback, and a source that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gleanery.testing import Clock
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import SlackWorld

Make = Callable[..., Reader]


@pytest.fixture
def world() -> Iterator[SlackWorld]:
    with SlackWorld(Clock()) as made:
        yield made


@pytest.fixture
def make(world: SlackWorld, tmp_path: Path) -> Make:
    return lambda **settings: Reader(world, tmp_path / "own", **settings)


@pytest.fixture
def reader(make: Make) -> Reader:
    return make()
