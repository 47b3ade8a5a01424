"""Accounts in a real browser: signing in by keyboard alone, and every page of accounts by axe and at 320 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow.accounts import staff
from gleanery.flow.rights import Role
from gleanery.model.accounts import PendingSignIn
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.web.accounts.test_passwords import a_password, with_password
from tests.web.houses import Site

pytestmark = pytest.mark.browser


def _waiting(site: Site) -> None:
    """Somebody asks to be let in, and there are accounts of every kind."""
    from uuid import uuid4

    with site.house.change() as change:
        for role in Role:
            staff.invite(site.house, change, f"a-{role.value}", [role], "system")
        staff.disable(change, staff.find(change.session, "a-lead"), "system")
        change.session.add(
            PendingSignIn(
                id=uuid4(), issuer="https://id.example.org", subject="u-1", name="somebody", at=change.at
            )
        )


def _fits(page: Page) -> bool:
    """Whether nothing sticks out sideways at 320 px, where text is as large as at 400 % zoom."""
    page.set_viewport_size({"width": 320, "height": 640})
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 860})
    return not wide


def _small(page: Page) -> list[str]:
    """Targets under 24 px in either direction; links within a sentence and hidden ones aside (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main input:not([type=hidden]), main summary")]
          .filter((one) => !one.closest("p, th, .visually-hidden") && !one.matches(".visually-hidden"))
          .filter((one) => { const box = one.getBoundingClientRect();
                             return box.width && (box.width < 24 || box.height < 24)
                                    && !(one.type === "checkbox" && one.closest(".tick").offsetHeight >= 24); })
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
    return found


@pytest.mark.proof
def test_every_page_of_accounts_is_accessible_and_fits_a_narrow_screen(chromium: Browser, site: Site) -> None:
    _waiting(site)
    with opened(chromium, site) as page:
        with site.house.store.read() as session:
            person = staff.find(session, "a-auditor")
        for path in ("/accounts", f"/accounts/{person}", "/me"):
            page.goto(site.url + path)
            page.evaluate("document.querySelectorAll('main details').forEach((one) => one.open = true)")
            assert violations(page) == [], path
            assert _fits(page), path
            assert _small(page) == [], path
        page.get_by_label("What it is for").fill("x")
        page.get_by_label("Days it works").fill("3")
        page.get_by_role("button", name="Make the token").click()
        expect(page.get_by_role("status")).to_contain_text("shown only now")
        assert violations(page) == []
        page.goto(f"{site.url}/accounts")
        page.get_by_label("Sign-in name").fill("two words")
        page.get_by_role("button", name="Invite").click()
        expect(page.locator("#said")).to_contain_text("cannot be")
        assert violations(page) == []


def test_signing_in_by_password_needs_only_the_keyboard(chromium: Browser, site: Site) -> None:
    password = a_password()
    with_password(site.house, "typist", password, Role.AUDITOR)
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(f"{site.url}/me")
    assert violations(page) == []
    name = page.get_by_label("Name")
    name.focus()
    page.keyboard.type("typist")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Name or password is wrong.")
    assert violations(page) == []
    assert _fits(page)
    assert name.input_value() == "typist"
    name.focus()
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("typist")
    context.close()
