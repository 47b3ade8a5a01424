"""A house with a course, its gradebook, and a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gleanery.flow.house import House
from gleanery.model.posts import PostKind
from gleanery.testing import Clock
from tests.courses import course_house
from tests.gradebook import Gradebook
from tests.web.houses import copied, post, told_installed

BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="package", autouse=True)
def _told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_installed(tmp_path_factory.mktemp("learners")):
        yield


@pytest.fixture(scope="package")
def _course() -> Iterator[Gradebook]:
    with Gradebook() as made:
        yield made


@pytest.fixture
def gradebook(_course: Gradebook) -> Gradebook:
    """The gradebook, blank."""
    _course.blank()
    return _course


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGAN)


@pytest.fixture(scope="package")
def _template(tmp_path_factory: pytest.TempPathFactory, _course: Gradebook, _told: None) -> Path:
    """The folder of a closed house: two articles and a video of a hundred seconds."""
    folder = tmp_path_factory.mktemp("course") / "house"
    posts = [
        post(0),
        post(1),
        post(2, kind=PostKind.VIDEO, url="https://www.youtube.com/watch?v=abcdefghijk", seconds=100),
    ]
    settings = {"undo_seconds": 0, "attempts": 3}
    course_house(folder, _course, Clock(BEGAN), posts, delivery=settings).close()
    return folder


@pytest.fixture
def house(_template: Path, gradebook: Gradebook, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A copy of that house, for one test."""
    made = copied(_template, tmp_path / "house")
    made.now = clock
    yield made
    made.close()
