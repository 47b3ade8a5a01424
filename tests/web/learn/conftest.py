"""A served house with a course."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.courses import course_house
from tests.gradebook import Gradebook
from tests.web.houses import Site, copied, moved_in


@pytest.fixture(scope="package")
def gradebook() -> Iterator[Gradebook]:
    with Gradebook() as made:
        yield made


@pytest.fixture(autouse=True)
def _blank(gradebook: Gradebook) -> None:
    gradebook.blank()


@pytest.fixture(scope="package")
def template(tmp_path_factory: pytest.TempPathFactory, gradebook: Gradebook) -> Path:
    """The folder of a closed house with three items in the course."""
    folder = tmp_path_factory.mktemp("courses") / "house"
    course_house(folder, gradebook).close()
    return folder


@pytest.fixture
def site(stage: Site, template: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages of a copy of that house, for one test."""
    with moved_in(stage, copied(template, tmp_path / "house")) as made:
        yield made
