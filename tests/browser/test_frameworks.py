"""The tree of a framework in a real browser, by the arrows alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow import import_frameworks
from tests.browser.pages import opened
from tests.browser.test_keyboard import reach
from tests.house import make_house
from tests.web.houses import served

pytestmark = pytest.mark.browser

TABLE = """id,label,parent
safety,Safety,
ropes,Ropes,safety
ladders,Ladders,safety
writing,Writing,
"""


def test_the_tree_is_gone_down_and_up_again_by_arrows(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "skills.csv").write_text(TABLE)
    house = make_house(tmp_path, frameworks=[{"name": "ours", "path": "skills.csv"}])
    import_frameworks(house)
    with served(house) as site, opened(chromium, site, "curator") as page:
        page.goto(f"{site.url}/curation/frameworks/ours")
        reach(page, "Safety")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name="Writing")).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", name="Safety")).to_be_visible()
        expect(page.get_by_role("link", name="Ladders")).to_be_focused()
        page.keyboard.press("End")
        expect(page.get_by_role("link", name="Ropes")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("competency"))
        page.go_back()
        reach(page, "Ladders")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("link", name="Safety")).to_be_focused()
    house.close()
