"""The desks of record and audit in a real browser: accessible, by keyboard, on a small screen, nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow.record import driver
from gleanery.flow.recorded import verification, working
from gleanery.flow.rights import Role
from gleanery.testing import Clock
from tests.browser.test_accessible import violations
from tests.flow.recorded.conftest import lived, made
from tests.web.houses import Site, served
from tests.web.recorded.conftest import LivedSite, settle
from tests.web.recorded.test_desk import hostile_statement

pytestmark = pytest.mark.browser

ROLES = (Role.AUDITOR, Role.PRIVACY_OFFICER)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedSite]:
    """A day in a house with one statement that is hostile throughout."""
    day = lived(made(tmp_path_factory.mktemp("record"), Clock()))
    with served(day.house) as site:
        kept = LivedSite(site, day)
        hostile_statement(kept)
        yield kept
    settle()
    day.house.close()


def signed_in(chromium: Browser, site: Site, **options: Any) -> Page:
    """The record, in a browser of its own."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, **options).new_page()
    page.add_init_script("window.ran = 0; window.alert = () => { window.ran += 1; };")
    page.goto(site.link("officer", ROLES))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/signin" not in url, wait_until="load")
    return page


def addresses(desk: LivedSite) -> list[str]:
    """Every page, full, empty, and after an error."""
    return [
        "/record?voided=1&about=1",
        "/record?verb=liked",
        "/record?since=never",
        f"/record/statements/{desk.day.foreign[0]}",
        f"/record/statements/{desk.day.erased}",
        "/record/exports",
        "/audit",
        "/audit?action=nothing",
        "/audit?since=never",
        "/audit/trail",
        f"/audit/trail/item:{desk.day.items[2]}",
        "/audit/trail/nothing:here",
        "/audit/verification",
        "/audit/retention",
    ]


@pytest.mark.proof
def test_every_page_in_every_state_is_accessible_and_fits(chromium: Browser, desk: LivedSite) -> None:
    page = signed_in(chromium, desk.site)
    working.work(desk.house, verification.ask(desk.house, "officer").id)
    for path in addresses(desk):
        _holds(page, desk.url + path)
    page.context.close()


@pytest.mark.proof
def test_the_fullest_pages_are_accessible_and_fit(chromium: Browser, desk: LivedSite) -> None:
    page = signed_in(chromium, desk.site)
    for path in (
        "/record?voided=1&about=1",
        f"/record/statements/{desk.day.foreign[0]}",
        "/audit/verification",
    ):
        _holds(page, desk.url + path)
    page.context.close()


def _holds(page: Page, address: str) -> None:
    page.goto(address)
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert violations(page) == [], address
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    assert page.evaluate(_SMALL) == [], address
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("window.ran") == 0


_SMALL = """[...document.querySelectorAll('main button, main .button, main summary, main .rows a, main td a')]
  .filter(one => one.checkVisibility()).map(one => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 24).map(([words]) => words)"""


def test_a_statement_is_found_opened_and_followed_by_keyboard_alone(
    chromium: Browser, desk: LivedSite
) -> None:
    page = signed_in(chromium, desk.site)
    page.goto(f"{desk.url}/record")
    _tab_to(page, "#field-verb")
    page.keyboard.type("completed")
    page.keyboard.press("Enter")
    page.wait_for_url("**verb=completed**")
    expect(page.locator("#count")).to_have_text("3 found")
    expect(page).to_have_title("Record · Test")  # what is brought in has a title of its own
    _tab_to(page, ".statements td a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/statements/**")
    expect(page.locator(".sentence")).to_contain_text("completed “Course")
    _tab_to(page, "[data-copy]")
    page.context.close()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_verification_is_begun_watched_and_told(chromium: Browser, tmp_path: Path) -> None:
    day = lived(made(tmp_path, Clock()))
    with day.house.store.write() as session:
        driver(session).execute("UPDATE lrs_statement SET stored = stored - 1 WHERE seq = 3")
    with served(day.house) as site:
        page = signed_in(chromium, site)
        page.goto(f"{site.url}/audit/verification")
        page.get_by_role("button", name="Verify now").click()
        expect(page.get_by_role("heading", name="Something was changed")).to_be_visible(timeout=15_000)
        expect(page.locator(".outcome")).to_contain_text("entry 3 is the first")
        assert violations(page) == []
        page.context.close()
    settle()
    day.house.close()
