"""A page on a LinkedIn of our own, and a reader of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.linkedin import LinkedIn
from connectors.linkedin.settings import LinkedInSettings
from gleanery.ports import Context
from gleanery.testing import Clock
from tests.connectors.reader import Reader
from tests.fakes.linkedin import LinkedInWorld

Reads = Callable[..., Reader]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[LinkedInWorld]:
    with LinkedInWorld(clock) as world:
        yield world


@pytest.fixture
def reads(world: LinkedInWorld, clock: Clock, tmp_path: Path) -> Reads:
    """A reader of the world, its settings changed as given."""

    def made(**changes: Any) -> Reader:
        settings = {**world.settings(), "token": world.token, **changes}
        checked = LinkedInSettings.model_validate(settings)

        def connector(ctx: Context) -> LinkedIn:
            return LinkedIn(checked, ctx)

        return Reader(connector, world, clock, tmp_path / "own")

    return made
