"""The desk of record, served, over a day in a house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import enumerate as threads

import pytest

from gleanery.flow.house import House
from gleanery.testing import Clock
from tests.flow.recorded.conftest import Lived, lived, made
from tests.web.houses import Site, moved_in, served


@dataclass(frozen=True)
class LivedSite:
    """The pages of a house, and what was done in it."""

    site: Site
    day: Lived

    @property
    def house(self) -> House:
        """The house."""
        return self.day.house

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.site.url


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedSite]:
    """That day, for tests that change nothing but the audit log."""
    day = lived(made(tmp_path_factory.mktemp("desk"), Clock()))
    with served(day.house) as site:
        yield LivedSite(site, day)
    settle()
    day.house.close()


@pytest.fixture
def own_desk(stage: Site, tmp_path: Path) -> Iterator[LivedSite]:
    """That day, for one test alone."""
    day = lived(made(tmp_path, Clock()))
    with moved_in(stage, day.house) as site:
        yield LivedSite(site, day)
        settle()


def settle() -> None:
    """Wait for what goes on beside the pages."""
    for thread in threads():
        if thread.name.startswith("run-"):
            thread.join(30)
