"""A Canvas for each test, and adapters for it as each run of the house makes one anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import make_context
from lms_adapters.canvas import Canvas, Settings
from tests.canvas_server import CanvasServer

MakeAdapter = Callable[..., Canvas]


@pytest.fixture
def canvas() -> Iterator[CanvasServer]:
    """A running server that pages by two."""
    with CanvasServer(page_size=2, inline=2) as server:
        yield server


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """One context, so that its store lives on from adapter to adapter."""
    return make_context(tmp_path, GuardedHttp(entered=["127.0.0.1"]))


@pytest.fixture
def make(canvas: CanvasServer, context: Context) -> MakeAdapter:
    """Makes an adapter for the server."""

    def adapter(**changes: Any) -> Canvas:
        settings = {"url": canvas.url, "token": canvas.token, "course": canvas.course.id, **changes}
        return Canvas(Settings.model_validate(settings), context)

    return adapter
