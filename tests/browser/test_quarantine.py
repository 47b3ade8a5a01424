"""Quarantine in a real browser: by keyboard alone, without scripts, in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow import desk
from gleanery.flow.rights import Role
from tests.browser.seen import faults
from tests.browser.test_accessible import violations
from tests.web.conftest import NUMBER
from tests.web.houses import Site, house_with, moved_in, post

pytestmark = pytest.mark.browser


@pytest.fixture
def site(stage: Site, tmp_path: Path, _told: None) -> Iterator[Site]:
    """One item is held back for a telephone number."""
    posts = [
        post(1),
        post(9, title=f"Ring {NUMBER}", text=f"The room is free, ring {NUMBER} to have it opened."),
    ]
    house = house_with(tmp_path / "held", posts, curation={"steps": [{"step": "sensitive"}]})
    with moved_in(stage, house) as made:
        yield made


def test_a_lead_masks_an_item_by_keyboard_on_a_telephone_without_scripts(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.link("lead", [Role.LEAD]))
    page.get_by_role("button").first.press("Enter")
    page.goto(f"{site.url}/curation/quarantine")
    page.get_by_role("link", name="Withheld: Article").press("Enter")
    expect(page.get_by_text("ring [telephone number] to have it opened")).to_be_visible()
    expect(page.get_by_text("5550123")).to_have_count(0)
    page.get_by_role("button", name="Mask and let out").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("passages masked")
    assert desk.counts(site.house) == {"waiting": 2}
    context.close()


def test_both_pages_are_accessible_and_fit_a_narrow_window(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site.link("lead", [Role.LEAD]))
    page.get_by_role("button").first.press("Enter")
    page.goto(f"{site.url}/curation/quarantine")
    assert [*violations(page), *faults(page)] == []
    page.get_by_role("link", name="Withheld: Article").press("Enter")
    expect(page.get_by_role("heading", name="Let it out as it is")).to_be_visible()
    assert [*violations(page), *faults(page)] == []
    context.close()
