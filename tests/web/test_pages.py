"""gleanery.web.pages: what an error says on a page."""

from __future__ import annotations

from html import escape

import pytest
from starlette.requests import Request

from gleanery.web.pages import Pages


def _nobodys() -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"x")]}
    request = Request({**scope, "scheme": "http", "server": ("x", 80)})
    request.state.visitor = None
    return request


@pytest.mark.parametrize("quoted", ["<b>bold</b>", "100 % of it", "%(name)s", "'\"&"])
def test_what_an_error_quotes_is_shown_as_it_was_typed(quoted: str) -> None:
    page = Pages("Test").message(_nobodys(), 422, f"There is no source {quoted}.", remedy=quoted)
    shown = bytes(page.body).decode().replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert shown.count(escape(quoted)) == 2


def test_what_stands_between_backticks_is_code_and_nothing_else_is() -> None:
    page = Pages("Test").message(_nobodys(), 503, "Run `gleanery <init>` first.", remedy="A lone ` stays.")
    shown = bytes(page.body).decode()
    assert "Run <code>gleanery &lt;init&gt;</code> first." in shown
    assert "A lone ` stays." in shown
