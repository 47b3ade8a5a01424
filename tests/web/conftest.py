"""A served house for tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.houses import Site, copied, house_with, moved_in, post, served, told_installed

NUMBER = "+49 170 5550123"
"""A telephone number that must not be shown."""


@pytest.fixture(scope="package", autouse=True)
def _told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_installed(tmp_path_factory.mktemp("site")):
        yield


@pytest.fixture(scope="package")
def few(tmp_path_factory: pytest.TempPathFactory, _told: None) -> Path:
    """The folder of a closed house where four items wait and one is quarantined for a telephone number."""
    folder = tmp_path_factory.mktemp("houses") / "few"
    posts = [post(number) for number in range(4)]
    posts.append(post(9, title=f"Ring {NUMBER}", text=f"The room is free, ring {NUMBER} to have it opened."))
    house_with(folder, posts, curation={"steps": [{"step": "sensitive"}, {"step": "language"}]}).close()
    return folder


@pytest.fixture(scope="package")
def site(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of that house, for tests that change no item."""
    house = copied(few, tmp_path_factory.mktemp("shared") / "few")
    with served(house) as made:
        yield made
    house.close()


@pytest.fixture
def own_site(stage: Site, few: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house, for one test alone."""
    with moved_in(stage, copied(few, tmp_path / "few")) as made:
        yield made
