"""What several adapters' tests use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on which no script may fail and no policy may be broken."""
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None
    )
    yield page
    context.close()
    assert not faults, faults
