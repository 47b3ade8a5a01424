"""The page of links in a real browser: accessible, narrow, by keyboard alone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow.links.looking import look
from gleanery.model.items import ItemState
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.clocks import RealClock
from tests.flow.links.houses import a_house, looked, the_item
from tests.servers import WebServer
from tests.web.houses import Site, moved_in

pytestmark = pytest.mark.browser


@pytest.fixture
def lost(stage: Site, tmp_path: Path, web_server: WebServer) -> Iterator[Site]:
    clock = RealClock()
    house = a_house(tmp_path / "house", clock, f"{web_server.url}/lost")
    looked(house, clock)
    looked(house, clock)
    with moved_in(stage, house) as made:
        yield made


def test_a_broken_link_is_replaced_by_keyboard_in_a_narrow_window(
    chromium: Browser, lost: Site, web_server: WebServer
) -> None:
    with opened(chromium, lost) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{lost.url}/curation/links")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_label("Other address").focus()
        page.keyboard.type(web_server.reply("/new", "here"))
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("leads there")
        expect(page.locator("#said")).to_be_focused()
    look(lost.house)
    assert (the_item(lost.house).state, the_item(lost.house).reason) == (ItemState.WAITING, "link.back")
