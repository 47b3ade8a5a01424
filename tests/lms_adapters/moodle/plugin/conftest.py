"""The plugin's functions over a course in memory: no Moodle, and nothing of the rules in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from lms_adapters.moodle.client import flat
from tests.lms_adapters.items import item_id
from tests.moodle_server.plugin import PREFIX, Plugin

COURSE = 4
Ask = Callable[..., Any]


@pytest.fixture
def plugin() -> Iterator[Plugin]:
    """The plugin of a site with one course of two sections."""
    with Plugin("https://moodle.example", COURSE) as running:
        yield running


@pytest.fixture
def ask(plugin: Plugin) -> Ask:
    """Calls a function by its short name, as a client does."""

    def call(function: str, **parameters: Any) -> Any:
        form = dict(
            parse_qsl(urlencode(list(flat({"courseid": COURSE, **parameters}))), keep_blank_values=True)
        )
        return plugin.call(PREFIX + function, form)

    return call


def number(one: int) -> str:
    """The id number of the item of this number."""
    return f"gleanery-{item_id(one)}"


def link(one: int, **changes: Any) -> dict[str, Any]:
    """The parameters for a link."""
    url = f"https://example.org/watch?v={one}&t=5"
    return {"idnumber": number(one), "kind": "url", "name": f"Item {one}", "url": url, **changes}
