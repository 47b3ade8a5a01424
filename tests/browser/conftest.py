"""A real Chromium that can reach nothing but loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.houses import Site, copied, house_with, moved_in, post, told_installed


@pytest.fixture(scope="package", autouse=True)
def _told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_installed(tmp_path_factory.mktemp("site")):
        yield


@pytest.fixture(scope="package")
def six(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house where six items wait."""
    folder = tmp_path_factory.mktemp("houses") / "six"
    house_with(
        folder, [post(number) for number in range(6)], curation={"steps": [{"step": "language"}]}
    ).close()
    return folder


@pytest.fixture
def site(stage: Site, six: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house."""
    with moved_in(stage, copied(six, tmp_path / "six")) as made:
        yield made
