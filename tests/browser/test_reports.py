"""Reports and digests in a real browser: accessible, drawn within the content policy, of use without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gleanery.flow.house import utc_now
from gleanery.flow.reports import keeping
from gleanery.flow.reports.making import REPORTS
from gleanery.testing import Clock
from tests.browser.pages import opened, until
from tests.browser.test_accessible import violations
from tests.flow.reports.histories import History, house_with_items
from tests.house import make_house
from tests.web.houses import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    clock = Clock(utc_now() - timedelta(days=2))
    house = house_with_items(tmp_path_factory.mktemp("reports") / "house", clock, 6)
    history = History(house, clock)
    for name, number in (("approve", 0), ("reject", 1), ("deliver", 0), ("all view", 0), ("wait", 8)):
        history.acts()[name](number)
    keeping.rebuild(house)
    house.now = utc_now
    with served(house) as made:
        yield made
    house.close()


def _expect_to_fit(page: Page) -> None:
    """Wait until nothing is wider than a window of 320 px: the pictures follow it a moment later."""
    page.set_viewport_size({"width": 320, "height": 700})
    until(page, "() => document.documentElement.scrollWidth <= innerWidth", milliseconds=5_000)


def test_the_pages_are_accessible_and_fit_a_narrow_window(chromium: Browser, counted: Site) -> None:
    with opened(chromium, counted) as page:
        for path in ("/reports", "/reports/yield", "/me/digest"):
            page.goto(counted.url + path)
            assert violations(page) == [], path
            _expect_to_fit(page)
            page.set_viewport_size({"width": 1280, "height": 860})


@pytest.mark.proof
def test_every_report_is_accessible_full_empty_and_refused(
    chromium: Browser, counted: Site, tmp_path: Path
) -> None:
    paths = [
        "/reports",
        *(f"/reports/{name}" for name in REPORTS),
        "/reports?since=2026-01-02&until=2026-01-01",
    ]
    with served(make_house(tmp_path)) as empty:
        for site in (counted, empty):
            with opened(chromium, site) as page:
                for path in paths:
                    page.goto(site.url + path)
                    assert violations(page) == [], path
                    _expect_to_fit(page)


def test_a_table_is_drawn_and_stays_reachable_by_keyboard(chromium: Browser, counted: Site) -> None:
    with opened(chromium, counted) as page:
        page.goto(f"{counted.url}/reports/funnel")
        assert page.locator("figure canvas").count() == 1
        assert page.locator("figure table").is_hidden()
        page.locator("figure summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("figure table").is_visible()
        page.emulate_media(color_scheme="dark")  # drawn anew in the other colours
        assert page.locator("figure canvas").count() == 1


def test_without_scripts_the_tables_stand_open_and_the_period_can_be_chosen(
    chromium: Browser, counted: Site
) -> None:
    with opened(chromium, counted, java_script_enabled=False) as page:
        page.goto(f"{counted.url}/reports/funnel")
        assert page.locator("figure table").is_visible()
        page.get_by_text("Other days, one source or one goal").click()
        page.get_by_label("Source", exact=True).select_option("one")
        page.get_by_role("button", name="Show").click()
        assert "source=one" in page.url
