"""WCAG 2.2 A and AA by axe: every page, empty, full and after an error, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from gleanery.flow.house import House
from gleanery.model.posts import PostKind
from tests.browser.pages import opened
from tests.house import make_house
from tests.web.houses import Site, house_with, post, served

pytestmark = pytest.mark.browser

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUNS: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {"type": "tag", "values": _TAGS},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
"""What axe looks for in which colours: all, then once more what depends on colours."""

_NUMBER = "+49 170 5550123"


def violations(page: Page) -> list[str]:
    """The rules that the page breaks in light or in dark, with the first place of each."""
    found = []
    for scheme, looked_for in _RUNS.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        told = Axe().run(page, options={"runOnly": looked_for}).response
        found += [f"{scheme}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in told["violations"]]
    return found


def _full(folder: Path, items: int) -> House:
    """A house with items of all kinds, with a goal and a quarantined one."""
    kinds = list(PostKind)
    posts = [post(number, kind=kinds[number % len(kinds)]) for number in range(items - 1)]
    posts.append(post(items, text=f"Ring {_NUMBER} to have the room opened, the key is with them."))
    goals = [{"name": "safe", "title": "No accidents", "words": ["ladders"]}]
    steps = [{"step": "sensitive"}, {"step": "language"}, {"step": "substance"}]
    return house_with(folder, posts, goals=goals, curation={"steps": steps}, delivery={"undo_seconds": 30})


_QUEUE = (
    "/?words=nothing",
    "/queue/views",
    "/bulk?verdict=reject&every=state%3Dwaiting",
    "/queue/news?than=3",
)


def test_an_empty_house_is_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(make_house(tmp_path)) as site, opened(chromium, site) as page:
        for path in ("/", "/none", "/signin", site.link().removeprefix(site.url)):
            page.goto(site.url + path)
            assert violations(page) == [], path


def test_a_full_house_is_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(_full(tmp_path, 25)) as site:
        _every_page_of_a_full_house(chromium, site)


@pytest.mark.proof
def test_a_house_with_five_hundred_items_is_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(_full(tmp_path, 500)) as site:
        _every_page_of_a_full_house(chromium, site)


def _every_page_of_a_full_house(chromium: Browser, site: Site) -> None:
    with opened(chromium, site) as page:
        page.get_by_role("button", name="Approve").click()
        page.wait_for_selector("#notice")
        assert violations(page) == []
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open]")
        assert violations(page) == []
        for path in ("/?state=approved", "/?state=quarantined", "/?after=20&words=learning", *_QUEUE):
            page.goto(site.url + path)
            for summary in page.locator("summary").all()[:2]:
                summary.click()
            assert violations(page) == [], path


def test_an_error_is_accessible(chromium: Browser, site: Site) -> None:
    with opened(chromium, site, goes_offline=True) as page:
        item = page.locator("#rows .open").first.get_attribute("data-item")
        site.browser("another").post(f"{site.url}/items/{item}/approve").raise_for_status()
        page.get_by_role("button", name="Approve").click()
        page.wait_for_selector("#refusal")
        page.context.set_offline(True)
        page.get_by_role("button", name="Retract").click()
        page.wait_for_selector("#problem:not(:empty)")
        assert violations(page) == []


def test_axe_does_see_what_is_wrong(chromium: Browser, site: Site) -> None:
    """The control: a label taken away and grey text are found."""
    with opened(chromium, site) as page:
        page.evaluate(
            """() => { document.querySelector("label[for^=reason]").remove();
                       document.querySelector("[name=reason]").removeAttribute("placeholder");
                       document.querySelector("#reader-title").classList.add("visually-hidden");
                       document.documentElement.lang = ""; }"""
        )
        assert {one.split(": ")[1] for one in violations(page)} >= {"label", "html-has-lang"}
