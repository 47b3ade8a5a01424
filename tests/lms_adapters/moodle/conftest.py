"""A Moodle for each test: from our own fixtures, and from the shared recording where it is present."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import make_context
from lms_adapters.moodle import Moodle, Settings
from tests.conftest import shared_data
from tests.moodle_server import FIXTURES, MoodleServer

MakeAdapter = Callable[..., Moodle]


@pytest.fixture(params=["fixtures", "recording"])
def recordings(request: pytest.FixtureRequest) -> Path:
    """A folder of recorded exchanges."""
    return FIXTURES if request.param == "fixtures" else shared_data("recordings/moodle-4.5.6")


@pytest.fixture
def moodle(recordings: Path) -> Iterator[MoodleServer]:
    """A running server."""
    with MoodleServer(recordings=recordings) as server:
        yield server


@pytest.fixture(scope="session")
def http() -> GuardedHttp:
    """The guarded session, with the loopback entered."""
    return GuardedHttp(entered=["127.0.0.1"])


@pytest.fixture
def context(http: GuardedHttp, tmp_path: Path) -> Context:
    """One context, so that its store lives on from adapter to adapter."""
    return make_context(tmp_path, http)


@pytest.fixture
def make(moodle: MoodleServer, context: Context) -> MakeAdapter:
    """Makes an adapter for the server, as each run of the house does anew."""

    def adapter(**changes: Any) -> Moodle:
        settings = {"url": moodle.url, "token": moodle.token, "database": moodle.activity.id, **changes}
        return Moodle(Settings.model_validate(settings), context)

    return adapter


@pytest.fixture
def campus() -> Iterator[MoodleServer]:
    """A running server with our plugin in it."""
    with MoodleServer(with_plugin=True) as server:
        yield server


@pytest.fixture
def settle(campus: MoodleServer, context: Context) -> MakeAdapter:
    """Makes an adapter for the course of that server: activities, as the token allows."""

    def adapter(**changes: Any) -> Moodle:
        settings = {"url": campus.url, "token": campus.token, "course": campus.course, **changes}
        return Moodle(Settings.model_validate(settings), context)

    return adapter
