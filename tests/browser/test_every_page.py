"""Every page of every desk, found by its links: accessible, within a narrow window, in German without an English word.

The whole walk is a proof; a sample of it runs each time.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gleanery.web import words
from gleanery.web.app import create_app
from gleanery.web.routes import declared
from tests.browser import worlds
from tests.browser.seen import faults
from tests.browser.test_accessible import violations
from tests.browser.walk import Found, Walk
from tests.browser.worlds import World
from tests.web.test_words import catalog

FILES = {
    "/healthz", "/me/data", "/me/privacy/file/{key}", "/privacy/erasures/{case}/certificate",
    "/privacy/inquiries/{key}/file", "/privacy/processing.{form}", "/privacy/sheet.{form}",
    "/record/exports/{run}/file", "/record/statements/{statement}/files/{sha2}",
    "/record/statements/{statement}/received", "/reports/{name}/{table}.csv", "/reports/{name}/{table}.json",
    "/reports/evidence.csv", "/reports/evidence.json",
    "/sources/new/{draft}/manifest.yaml", "/sources/{name}/log.{form}",
}  # fmt: skip
"""What answers a file."""

ELSEWHERE = {"/signin/from/{provider}", "/signin/with/{provider}", "/sources/new/{draft}"}
"""What leads on to another page."""


def _opened(chromium: Browser, walk: Walk, world: World) -> Page:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    cookies = walk.client.cookies.get_dict().items()
    context.add_cookies([{"name": name, "value": value, "url": world.site.url} for name, value in cookies])
    return context.new_page()


def _wrong(page: Page, world: World, found: Found) -> list[str]:
    page.goto(world.site.url + found.address)
    return [f"{found.address}: {one}" for one in (*violations(page), *faults(page))]


@pytest.mark.browser
def test_a_sample_of_the_pages_is_accessible_and_fits(chromium: Browser, tmp_path: Path) -> None:
    with worlds.record(tmp_path) as world:
        walk = Walk(world)
        page = _opened(chromium, walk, world)
        assert [one for found in list(walk.pages())[:6:2] for one in _wrong(page, world, found)] == []
        page.context.close()


@pytest.mark.browser
@pytest.mark.proof
def test_every_page_is_accessible_fits_and_is_told_apart_by_its_title(
    chromium: Browser, tmp_path: Path
) -> None:
    wrong: list[str] = []
    titles: Mapping[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    with worlds.all_worlds(tmp_path) as every:
        for world in every:
            walk = Walk(world)
            page = _opened(chromium, walk, world)
            for found in walk.pages():
                wrong += _wrong(page, world, found)
                titles[page.title()].add(found.route)
                seen.add(found.route)
            wrong += [f"{origin} leads to {address}: {status}" for origin, address, status in walk.refused]
            page.context.close()
        pages = {one.path for one in declared(create_app(every[0].site.house).routes) if one.method == "GET"}
    assert wrong == []
    assert {
        one for one in pages if not one.startswith(("/api/", "/in/", "/learn/"))
    } - seen <= FILES | ELSEWHERE
    assert [
        title for title, routes in titles.items() if len(routes) > 1 and not title.startswith("Not possible")
    ] == []


# ------------------------------------------------------------------ without scripts

_DEAD = "button[type=button]:visible, [contenteditable]:visible, [draggable=true]:visible"


@pytest.mark.browser
def test_no_button_of_the_record_is_shown_that_needs_scripts_where_there_are_none(
    chromium: Browser, tmp_path: Path
) -> None:
    with worlds.record(tmp_path) as world:
        assert _dead(chromium, world, 9) == []


@pytest.mark.browser
@pytest.mark.proof
def test_no_button_is_shown_that_needs_scripts_where_there_are_none(
    chromium: Browser, tmp_path: Path
) -> None:
    with worlds.all_worlds(tmp_path) as every:
        assert [one for world in every for one in _dead(chromium, world, 1_000)] == []


def _dead(chromium: Browser, world: World, most: int) -> list[str]:
    walk = Walk(world)
    context = chromium.new_context(java_script_enabled=False)
    cookies = walk.client.cookies.get_dict().items()
    context.add_cookies([{"name": name, "value": value, "url": world.site.url} for name, value in cookies])
    page = context.new_page()
    found = []
    for one in islice(walk.pages(), most):
        page.goto(world.site.url + one.address)
        found += [f"{one.address}: {text}" for text in page.locator(_DEAD).all_inner_texts()]
    context.close()
    return found


# ------------------------------------------------------------------ German


def _english() -> list[str]:
    """Texts of the pages, of three words at least, that are other ones in German."""
    every = {**catalog("de"), **catalog("de", words.SETTING)}
    known = {one: message.string for one, message in every.items() if isinstance(one, str)}
    plain = ((one, other) for one, other in known.items() if not re.search(r"[%{]", one))
    return [one for one, other in plain if one != other and len(one.split()) >= 3]


def _texts(page: str) -> Iterator[str]:
    """What is shown or read aloud, but for what says itself that it is English: words of a plugin or a platform."""
    body = re.sub(r"<(script|style|code|pre)\b.*?</\1>", " ", page.partition("<body")[2], flags=re.DOTALL)
    body = re.sub(r'<(span|p) lang="en">.*?</\1>', " ", body, flags=re.DOTALL)
    shown = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-\w+)="([^"]*)"', body)
    for text in (*re.findall(r">([^<>]+)<", body), *shown):
        yield " ".join(html.unescape(text).split())


def _english_on(found: Found, english: list[str]) -> list[str]:
    return [f"{found.address}: {text}" for text in _texts(found.text) if any(one in text for one in english)]


def test_no_english_is_left_on_the_german_pages_of_items(tmp_path: Path) -> None:
    with worlds.items(tmp_path) as world:
        _is_german(world)


@pytest.mark.proof
def test_no_english_is_left_on_any_german_page(tmp_path: Path) -> None:
    with worlds.all_worlds(tmp_path) as every:
        for world in every:
            _is_german(world)


def _is_german(world: World) -> None:
    english = _english()
    pages = list(Walk(world, language="de").pages())
    assert {found.status for found in pages} <= {200, 403, 422}
    assert all('<html lang="de"' in found.text for found in pages)
    assert [one for found in pages for one in _english_on(found, english)] == []
    assert [f"{found.address}: {text}" for found in pages for text in _texts(found.text) if "`" in text] == []
