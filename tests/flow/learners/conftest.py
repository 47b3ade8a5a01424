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
from tests.web.houses import post, told_installed


@pytest.fixture(scope="package", autouse=True)
def _told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_installed(tmp_path_factory.mktemp("learners")):
        yield


@pytest.fixture
def gradebook() -> Iterator[Gradebook]:
    with Gradebook() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def house(tmp_path: Path, gradebook: Gradebook, clock: Clock, _told: None) -> Iterator[House]:
    """Two articles and a video of a hundred seconds."""
    posts = [
        post(0),
        post(1),
        post(2, kind=PostKind.VIDEO, url="https://www.youtube.com/watch?v=abcdefghijk", seconds=100),
    ]
    made = course_house(
        tmp_path / "house", gradebook, clock, posts, delivery={"undo_seconds": 0, "attempts": 3}
    )
    yield made
    made.close()
