"""The score and the marked text in a real browser: accessible, narrow too, and a summary begun by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow import desk
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.web.houses import Site, moved_in
from tests.web.items.test_aids import aids_house

pytestmark = pytest.mark.browser


@pytest.fixture
def site(stage: Site, tmp_path: Path) -> Iterator[Site]:
    """The pages of a house whose items are scored."""
    with moved_in(stage, aids_house(tmp_path / "house")) as made:
        yield made


def test_the_score_and_the_marks_are_read_by_everybody_and_begin_a_summary(
    chromium: Browser, site: Site
) -> None:
    item = next(row for row in desk.queue(site.house).rows if "slow" in row.title)
    offered = desk.show(site.house, str(item.id)).aids.offered
    with opened(chromium, site) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{site.url}/items/{item.id}")
        expect(page.locator("#quality-title")).to_contain_text("Quality")
        assert page.locator("mark.telling").count() > 0
        assert page.locator(".quality meter").count() == len(item.quality.parts if item.quality else ())
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("#edit summary").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Begin with the marked sentences").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#summary-{item.id}")).to_have_value(offered)
