"""The desk of connectors in a real browser: Slack connected by keyboard alone, every page accessible."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gleanery.flow import readings
from gleanery.flow.settings import change_settings
from gleanery.worker import work
from tests.browser.pages import opened
from tests.browser.test_accessible import violations
from tests.clocks import RealClock
from tests.fakes.slack import SlackWorld
from tests.house import make_house
from tests.web.houses import Site, served

pytestmark = pytest.mark.browser


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def reach(page: Page, name: str, most: int = 80) -> None:
    """Tab on until the thing of this name has the focus."""
    for _ in range(most):
        press(page, "Tab")
        if page.evaluate("(document.activeElement.innerText || document.activeElement.id).trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_slack_is_connected_by_keyboard_alone(chromium: Browser, tmp_path: Path) -> None:
    house = make_house(tmp_path)
    with served(house) as site, SlackWorld(RealClock()) as world:
        change_settings(house, "curator", lambda document: document.update(serve={"address": site.url}))
        world.post("Read https://learning.example.org/ladders before Monday")
        with opened(chromium, site, "administrator", visits=world.url) as page:
            _connected_by_keyboard(page, site, world)
        work(house)
        assert readings.read_as_run(house, "team").faults == []
    house.close()


def _connected_by_keyboard(page: Page, site: Site, world: SlackWorld) -> None:
    page.goto(f"{site.url}/sources")
    assert violations(page) == []
    reach(page, "Connect a source")
    press(page, "Enter")
    page.wait_for_url("**/sources/new")
    assert violations(page) == []
    reach(page, "Set up Slack")
    press(page, "Enter")
    page.wait_for_url("**/settings")
    assert violations(page) == []
    for field, value in (
        ("field-source-name", "team"),
        ("field-client_id", world.client_id),
        ("field-client_secret", world.client_secret),
    ):
        reach(page, field)
        page.keyboard.type(value)
    reach(page, "More settings: each has a value that serves")
    press(page, "Enter")
    reach(page, "field-base_url")
    press(page, "Control+a")
    page.keyboard.type(f"{world.url}/api/")
    press(page, "Enter")
    page.wait_for_url("**/sign-in")
    assert violations(page) == []
    reach(page, "Sign in at 127.0.0.1")
    press(page, "Enter")
    page.wait_for_url("**/oauth/v2/authorize**")
    reach(page, "Allow")
    press(page, "Enter")
    page.wait_for_url("**/sources/new/*/sign-in")
    expect(page.locator("#said")).to_contain_text("You are signed in.")
    reach(page, "Go on")
    press(page, "Enter")
    page.wait_for_url("**/choose")
    assert violations(page) == []
    _choose_and_begin(page, site)


def _choose_and_begin(page: Page, site: Site) -> None:
    reach(page, "find-choice")
    page.keyboard.type("gen")
    expect(page.locator("#choices-shown")).to_have_text("1 / 2")
    reach(page, "Select all shown")
    press(page, "Enter")
    reach(page, "Save and go on")
    press(page, "Enter")
    page.wait_for_url("**/test")
    reach(page, "Test it now")
    press(page, "Enter")
    page.wait_for_selector(".checks")
    work(site.house)
    page.wait_for_selector("#trial table")
    assert violations(page) == []
    reach(page, "Go on")
    press(page, "Enter")
    page.wait_for_url("**/schedule")
    reach(page, "Connect it and begin to read")
    press(page, "Enter")
    page.wait_for_url("**/sources/team**")
    expect(page.locator("#said")).to_contain_text("It is connected.")


def test_a_running_reading_shows_itself_and_its_end(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = make_house(tmp_path)
    with served(house) as site, SlackWorld(RealClock()) as world:
        monkeypatch.setenv("SLACK_TOKEN", world.token)
        entry = {"name": "team", "connector": "slack", "settings": world.settings()}
        change_settings(house, "curator", lambda document: document.update(sources=[entry]))
        world.post("Read https://learning.example.org/ladders before Monday")
        with opened(chromium, site, "administrator") as page:
            page.goto(f"{site.url}/sources/team")
            page.get_by_role("button", name="Read now").click()
            expect(page.locator("#runs")).to_contain_text("Reading team")
            expect(page.locator("#said")).to_be_focused()
            assert violations(page) == []
            work(house)
            expect(page.locator("#runs li")).to_have_count(0)
            expect(page.locator("#live")).to_contain_text("done")
            for path in (
                "/sources",
                "/sources/team",
                "/sources/team/disconnect",
                "/sources/team/check",
                "/runs",
            ):
                page.goto(site.url + path)
                assert violations(page) == [], path
                page.set_viewport_size({"width": 320, "height": 640})
                assert has_no_sideways_scroll(page), path
                page.set_viewport_size({"width": 1280, "height": 860})
            page.goto(f"{site.url}/sources/team/settings")
            page.locator("#field-base_url").evaluate("one => one.closest('details').open = true")
            page.locator("#field-base_url").fill("https://elsewhere.example.org/api/")
            page.get_by_role("button", name="Save").click()
            page.wait_for_selector("#fault")
            assert violations(page) == []
    house.close()
