"""A rule by keyboard alone, without scripts, in a narrow window: written, tried and switched on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gleanery.flow.rules import showing
from tests.browser.test_keyboard import reach
from tests.web.houses import house_with, post, served

pytestmark = pytest.mark.browser


def test_a_rule_is_written_tried_and_switched_on_by_keyboard_without_scripts(
    chromium: Browser, tmp_path: Path
) -> None:
    house = house_with(tmp_path / "house", [post(number) for number in range(3)], curation={"steps": []})
    with served(house) as site:
        context = chromium.new_context(viewport={"width": 390, "height": 800})
        client = site.browser("curator")
        cookies = client.cookies.get_dict().items()
        context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies])
        context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{site.url}/curation/rules")
        reach(page, "New rule")
        page.keyboard.press("Enter")
        page.wait_for_url("**/curation/rules/new")
        reach(page, "Name")
        page.keyboard.type("No ladders")
        reach(page, "Value")
        page.keyboard.type("ladders")
        reach(page, "What happens")
        page.keyboard.type("Drop")
        reach(page, "Reason")
        page.keyboard.type("Not ours.")
        reach(page, "See what it would do")
        page.keyboard.press("Enter")
        expect(page.get_by_text("It matches 1 of the last 3 items.")).to_be_visible()
        assert showing.listed(house) == []
        reach(page, "Keep, switched off")
        page.keyboard.press("Enter")
        page.wait_for_url("**?said=added")
        expect(page.get_by_text("1: waits for a curator → dropped")).to_be_visible()
        reach(page, "Switch on")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("Switched on.")
        context.close()
    [line] = showing.listed(house)
    assert (line.on, line.effect["do"]) == (True, "drop")
    house.close()
