"""What the tests of the single desks do not do by keyboard alone: invite somebody and give a role."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import opened
from tests.house import make_house
from tests.web.houses import served

pytestmark = pytest.mark.browser

_HERE = """(() => {
  const one = document.activeElement;
  return (one.labels?.[0] ?? one).textContent.trim().replace(/\\s+/g, " ");
})()"""


def reach(page: Page, name: str, most: int = 60) -> None:
    """Tab on until the thing of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(_HERE).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def test_somebody_is_invited_and_given_a_role_and_the_answer_takes_the_focus(
    chromium: Browser, tmp_path: Path
) -> None:
    house = make_house(tmp_path)
    with served(house) as site, opened(chromium, site, "administrator") as page:
        page.goto(f"{site.url}/accounts")
        reach(page, "Sign-in name")
        page.keyboard.type("analyst")
        reach(page, "Curator")
        page.keyboard.press("Space")
        reach(page, "Auditor")
        page.keyboard.press("Space")
        reach(page, "Invite")
        page.keyboard.press("Enter")
        expect(page.locator("main pre")).to_be_visible()
        page.goto(f"{site.url}/accounts")
        reach(page, "analyst")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("analyst")
        reach(page, "Lead")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_be_focused()
    house.close()
