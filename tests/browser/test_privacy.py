"""The desk of privacy in a browser: an erasure by keyboard with two officers, and every page accessible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.flow.house import utc_now
from gleanery.flow.rights import Role
from tests.browser.test_accessible import violations
from tests.flow.erasing.planted import Planted, found_in_files, plant
from tests.web.houses import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    made = plant(tmp_path_factory.mktemp("privacy") / "house", utc_now, people={"erasure_needs_two": True})
    made.house.close()
    return made


@pytest.fixture
def planted(planted_once: Planted, tmp_path: Path) -> Iterator[tuple[Site, Planted]]:
    folder = tmp_path / "house"
    shutil.copytree(planted_once.house.config.folder, folder)
    house = open_house(load(folder / "config.yaml"))
    with served(house) as site:
        yield site, replace(planted_once, house=house)
    house.close()


def signed_in(chromium: Browser, site: Site, account: str, roles: list[Role]) -> Page:
    """A page of a browser that is signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    cookies = site.browser(account, roles=roles).cookies.get_dict()
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    return context.new_page()


def press_tab_to(page: Page, name: str) -> None:
    """Go on with the tabulator until the thing with this text or label has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if here.startswith(name):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_two_officers_erase_a_person_by_keyboard_alone(
    chromium: Browser, planted: tuple[Site, Planted]
) -> None:
    site, made = planted
    first = signed_in(chromium, site, "officer", [Role.PRIVACY_OFFICER])
    first.goto(f"{site.url}/privacy")
    press_tab_to(first, "Account, HR number")
    first.keyboard.type(str(made.person))
    press_tab_to(first, "Also known by")
    first.keyboard.press("Enter")
    press_tab_to(first, "How statements of others")
    first.keyboard.type("\n".join(made.asked.identities))
    press_tab_to(first, "Names in texts")
    first.keyboard.type(made.name)
    press_tab_to(first, "Find")
    first.keyboard.press("Enter")
    first.wait_for_url("**/inquiries/*")
    press_tab_to(first, "Preview an erasure")
    first.keyboard.press("Enter")
    first.wait_for_url("**/erasure")
    press_tab_to(first, "Count what would go")
    first.keyboard.press("Enter")
    first.wait_for_selector("text=Theirs: goes")
    press_tab_to(first, "Why")
    first.keyboard.type("They wrote to us.")
    press_tab_to(first, "I have read")
    first.keyboard.press("Space")
    press_tab_to(first, "Ask for the erasure")
    first.keyboard.press("Enter")
    first.wait_for_url("**/privacy/erasures/*")
    first.context.close()
    _approve(signed_in(chromium, site, "second", [Role.PRIVACY_OFFICER]), site)
    assert found_in_files(made) == []


def _approve(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/privacy")
    press_tab_to(page, "Erasure")  # the tab of the desk
    press_tab_to(page, "Erasure")
    page.keyboard.press("Enter")
    page.wait_for_url("**/privacy/erasures/*")
    press_tab_to(page, "Count what would go")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It is the same as when")
    press_tab_to(page, "I have read")
    page.keyboard.press("Space")
    press_tab_to(page, "Approve and erase")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Download the certificate")
    assert violations(page) == []
    page.context.close()


PAGES = ("/privacy", "/privacy/bases", "/privacy/hr-lists", "/privacy/processing")
MORE = (
    "/privacy/people",
    "/privacy/bases/new",
    "/privacy/coverage",
    "/privacy/texts",
    "/privacy/erasures",
    "/privacy/certificates",
    "/privacy/sheet",
    "/me/privacy",
)


def _visit(chromium: Browser, site: Site, paths: tuple[str, ...]) -> None:
    page = signed_in(chromium, site, "officer", [Role.PRIVACY_OFFICER])
    for path in paths:
        page.goto(site.url + path)
        assert violations(page) == [], path
        page.set_viewport_size({"width": 320, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, path
        page.set_viewport_size({"width": 1280, "height": 860})
    page.context.close()


@pytest.mark.proof
def test_the_pages_are_accessible_and_fit_a_narrow_window(
    chromium: Browser, planted: tuple[Site, Planted]
) -> None:
    site, made = planted
    _visit(chromium, site, (*PAGES, f"/privacy/people/{made.person}"))


@pytest.mark.proof
def test_every_page_is_accessible_and_fits_a_narrow_window(
    chromium: Browser, planted: tuple[Site, Planted]
) -> None:
    _visit(chromium, planted[0], MORE)


def test_a_refused_form_is_accessible_and_told(chromium: Browser, planted: tuple[Site, Planted]) -> None:
    page = signed_in(chromium, planted[0], "officer", [Role.PRIVACY_OFFICER])
    page.goto(f"{planted[0].url}/privacy")
    page.get_by_label("Account, HR number").fill("nobody at all")
    page.get_by_role("button", name="Find").click()
    page.wait_for_selector("[role=alert] >> text=Nobody is known by that")
    assert violations(page) == []
    page.context.close()
